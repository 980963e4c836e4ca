"""What happens in an article, in words that mean the same in nine languages: launch, landing, delay, lawsuit …

The list belongs to no beat: these are the things that happen to films, people,
companies and missions. A term is the beginning of a word, folded to lower case;
scripts without spaces match anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

#: happening -> beginnings of words (en ru de fr es it pt | zh ja)
WORDS: dict[str, str] = {
    "launch": "launch liftoff lifted lift-off blast-off взлет взлёт старт запуск запус gestartet abhob abgehoben décoll lancer lancé lancement despeg lanzam lanzar partirà decolla decola lançamento 发射 升空 打ち上げ",
    "docking": "dock hatch пристык стыковк прибы angedockt ankunft amarr acopl arrivé attracc acoplou 对接 ドッキング",
    "landing": "landed landing lands splashdown touched приземл посадк вернул возвращ gelandet landung zurückgekehrt atterri aterriz regres rentré atterrat pouso 着陆 返回 着陸 帰還",
    "delay": "delay postpon push slip перенос перенес перенёс отлож задерж verschieb verschob verzöger report retard aplaz retras pospo rinvi adia 推迟 延期",
    "cancel": "cancel scrap called-off drop dropped walks отмен отказ abgesagt gestrichen absage annul abandon cancel retira cancella 取消 中止",
    "premiere": "premier opens opening открыт премьер eröffn première estren ouvrir inaugur apre estreia 首映 公开 公開",
    "festival": "festival фестивал festspiel prize jury приз premio prix palm wettbewerb 电影节 映画祭",
    "award": "award prize hero medal honour honor наград орден геро звани preis ausgezeichn held verliehen décor récompens premi galard médaille 获奖 勋章 受賞",
    "boxoffice": "box-office box grossed gross takings weekend кассов сбор прокат собра einspiel kinostart wochenende recett entrées taquilla recaud incass bilheteria 票房 興行",
    "review": "critic review рецензи критик kritik rezension critique crític critica 影评 评论 評論",
    "trailer": "trailer teaser трейлер bande-annonce tráiler 预告片 予告",
    "casting": "cast casting lead stars role роль сыгра исполн rolle besetz spielt rôle distribution protagoni papel ruolo 主演 饰演 主演",
    "lawsuit": "sue suit lawsuit court judge claim plaintiff суд иск судь истец klage gericht richter tribunal juge procès deman juez giudice causa 法院 诉讼 裁判",
    "money": "budget million billion cost funding invest stake fund бюджет млн млрд расход финанс инвест kosten haushalt fonds investit coût financ presupuest inversi fondo capital 预算 投资 予算",
    "layoff": "layoff lay-off redundan staff job cuts сокращ уволь entlass stellen licenci despid licenzi demiss 裁员",
    "accident": "accident injur broke breaks fell hurt травм сломал упал авари verletz bricht gestürzt stürzte bless accident rompe romp cayó herid infortun 受伤 事故",
    "fire": "fire blaze burn smoke alarm пожар дым сгоре загор feuer brand rauch incendie fumée incendio humo fuoco 火灾 起火 火災",
    "leak": "leak утечк leck fuite fuga perdita vazamento 泄漏 漏れ",
    "training": "train rehears centrifug подготов тренир репетиц ausbild entraîn formation entren ensay addestr ensai treina 训练 排练 訓練",
    "test": "test pressure испыт проверк prüf prueba examen collaud prova teste 测试 試験",
    "interview": "interview press-conference video-call интервью пресс-конф pressekonf entretien entrevist rueda intervista 采访 连线 記者会",
    "politics": "parliament election run-for lawmaker deput депутат выбор дум партия parlament wahl kandidi député élection elecci politi 议会 选举 議会",
    "series": "series episode streaming сериал эпизод serie folgen série épisod capítul episodi seriado 剧集 ドラマ",
    "sequel": "sequel second-film продолжен сиквел fortsetzung suite secuela continua 续集 続編",
    "union": "union guild профсоюз гильди gewerkschaft syndicat sindicat 工会 組合",
    "health": "doctor medical врач медиц ärzt médecin médic medic 医生 医師",
    "film": "footage material кадр материал отснят images footage rushes 素材 映像",
    "replace": "replace instead swap backup вместо замен дублёр дублер ersatz ersetz remplac doublur sustitu sostitu 替换 交代",
    "documentary": "documentar документал doku documentaire documental 纪录片 ドキュメンタリー",
    "museum": "museum музей musée museo 博物馆",
    "death": "dies died dead death obituar умер скончал погиб смерт gestorben tot mort décéd muere murió muerte morto 去世 死去",
    "wedding": "married wedding divorc свадь развод heirat hochzeit mariage boda 结婚 結婚",
    "deal": "deal sign contract agreement buys partner контракт договор соглаш vertrag abkommen contrat accord contrato acuerdo accordo 协议 合同 契約",
}  # fmt: skip
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


_NAMED = {term.replace("-", " "): name for name, terms in WORDS.items() for term in terms.split()}
_PHRASES = tuple(term for term in _NAMED if " " in term)
_SIGN = re.compile(
    "|".join(sorted((term for term in _NAMED if _SPACELESS.search(term)), key=len, reverse=True))
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_LONGEST = max(map(len, _NAMED))


@lru_cache(maxsize=65536)
def _happening(word: str) -> str | None:
    """What a word in lower case stands for: the longest term that it begins with decides."""
    ends = range(min(len(word), _LONGEST), 2, -1)
    return next((_NAMED[word[:end]] for end in ends if word[:end] in _NAMED), None)


def happenings(text: str) -> dict[str, int]:
    """Happening -> how often it is named in *text* (any case; dashes and spaces are the same).

    >>> happenings("The launch slips to May")
    {'launch': 1, 'delay': 1}
    """
    folded = text.casefold().replace("-", " ")
    named = [name for name in map(_happening, _WORD.findall(folded)) if name]
    named += [_NAMED[term] for term in _PHRASES if term in folded for _ in _begun(term).findall(folded)]
    if not folded.isascii():
        named += [_NAMED[term] for term in _SIGN.findall(folded)]
    return dict(Counter(named))


@lru_cache
def _begun(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(phrase)}")

"""Words that the labelled set for recognition is made of."""

from __future__ import annotations

COMMON = "the of to and a in that for on is with as was by it at from has be are this he said will not have an its which would they after about their more one first who been his new".split()  # noqa: SIM905 - words
RARE = """film crew station orbit actress director camera module launch capsule rocket studio scene weightless flight training
producer cosmonaut astronaut agency mission docking hatch window earth footage story screen budget insurance doctor heart surgery
premiere cinema audience festival award critics trailer poster script writer editor sound costume light lens battery cable cargo
water food sleep exercise window laboratory experiment engineer commander pilot seat suit glove helmet valve thruster antenna solar
panel radiator alarm leak repair schedule delay weather wind cloud tower fuel tank engine nozzle stage fairing parachute landing
steppe helicopter tent medic chair journalist question answer statement report document contract lawyer court company investor share
price market bank minister president parliament law vote budget ministry official spokesman deputy department region city village
street school student teacher university science museum exhibition gallery painter photograph memory history century war peace border
country language culture music orchestra singer song concert theatre stage actor role rehearsal costume curtain applause review
newspaper editor column reader letter page print paper television channel programme series episode season network stream platform
subscriber advert sponsor brand shop customer price sale profit loss debt loan interest rate inflation wage union strike worker factory
machine robot software computer chip screen phone signal network data privacy password hacker attack defence army soldier general base
missile drone tank ship sailor port harbour bridge road train station airport passenger ticket queue delay holiday hotel beach island
mountain river lake forest fire flood storm earthquake rescue volunteer donation charity hospital nurse patient vaccine virus disease
research discovery planet moon star galaxy telescope signal dust ice crater probe rover sample mineral gravity radiation shield tether
habitat greenhouse plant seed soil harvest farmer market bread milk cheese wine cook kitchen restaurant table guest wedding birthday
family mother father daughter son brother sister friend neighbour house garden door key window roof wall floor stairs lift light
build plan decide agree refuse promise announce confirm deny explain describe compare measure count increase reduce double collapse
grow shrink open close begin finish continue stop wait hurry arrive leave return visit meet talk argue listen watch read write draw
paint sing dance play win lose score train coach team league match goal referee fan stadium crowd medal record champion final""".split()  # noqa: SIM905 - words
RUSSIAN = """и в не на что с как по это но из к у за от о же так для до его при без только уже экипаж фильм станция орбита актриса
режиссёр камера модуль старт капсула ракета студия сцена невесомость полёт подготовка продюсер космонавт агентство миссия стыковка люк
иллюминатор земля съёмка история экран бюджет страховка врач сердце операция премьера кино зритель фестиваль награда критик ролик
афиша сценарий монтаж звук костюм свет объектив батарея кабель груз вода еда сон тренировка лаборатория опыт инженер командир пилот
кресло скафандр перчатка шлем клапан двигатель антенна панель радиатор тревога утечка ремонт график задержка погода ветер облако башня
топливо бак ступень обтекатель парашют посадка степь вертолёт палатка медик журналист вопрос ответ заявление доклад документ договор
юрист суд компания инвестор акция цена рынок банк министр президент закон голосование ведомство представитель регион город деревня
улица школа студент учитель университет наука музей выставка галерея художник фотография память век война мир граница страна язык
культура музыка оркестр певец песня концерт театр актёр роль репетиция занавес рецензия газета редактор читатель письмо страница
сообщил заявил рассказал отметил добавил подчеркнул пояснил напомнил решил согласился отказался пообещал объявил подтвердил""".split()  # noqa: SIM905 - words
CHINESE = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"
NAMES = (
    "Anna Petrova",
    "Klim Orlov",
    "Tom Hale",
    "Mira Santos",
    "Jan Kowal",
    "Leila Haddad",
    "Ivo Novak",
    "Sara Lind",
    "Omar Diaz",
    "Wen Li",
    "Petra Vogel",
    "Raj Mehta",
    "Ada Obi",
    "Lars Holm",
)
SITES = (
    "Orbit Daily",
    "The Courier",
    "Northern Wire",
    "Film Ledger",
    "Степные вести",
    "Harbour Post",
    "Evening Star",
    "Star Chronicle",
)

"""Bylines whose form tells the names, names in parts, and surnames first."""

from __future__ import annotations

import pytest

from crawler.extract.metadata.names import signatures


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("記者王小明／台北報導", ["王小明"]),
        ("〔記者王小明、李大華／台北報導〕", ["王小明", "李大華"]),
        ("記者 王小明 台北報導", ["王小明"]),
        ("王小明／綜合報導", ["王小明"]),
        ("採訪・撰文／王小明", ["王小明"]),
        ("山田太郎記者", ["山田太郎"]),
        ("【山田太郎】", ["山田太郎"]),
        ("(서울=통신) 김민수·이영희 기자", ["김민수", "이영희"]),
        ("김민수 선임기자", ["김민수"]),
        ("Ayşe Demir tarafından yazıldı", ["Ayşe Demir"]),
        ("अनीता शर्मा द्वारा", ["अनीता शर्मा"]),
        ("अनीता शर्मा और राहुल वर्मा", ["अनीता शर्मा", "राहुल वर्मा"]),
        ("بقلم ليلى حداد وسامي نصر", ["ليلى حداد", "سامي نصر"]),
        ("מאת: דנה כהן ויוסי לוי", ["דנה כהן", "יוסי לוי"]),
        ("dal nostro inviato Anna Holm", ["Anna Holm"]),
        ("HOLM Jane", ["Jane Holm"]),
        ("Jane HOLM", ["Jane Holm"]),
    ],
)
def test_the_form_of_a_line_tells_its_names(byline, names):
    assert [each.name for each in signatures(byline)] == names


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Holm, Anna", ["Anna Holm"]),
        ("قسطل, مريم", ["مريم قسطل"]),
        ("Holm, Anna; Vale, Jon", ["Anna Holm", "Jon Vale"]),
        ("Holm, Anna and Vale, Jon", ["Anna Holm", "Jon Vale"]),
        ("Anna Holm, Jon Vale", ["Anna Holm", "Jon Vale"]),
        ("Reuters, Berlin", []),
    ],
)
def test_surnames_may_stand_first_in_a_field_of_names(field, names):
    assert [each.name for each in signatures(field, is_field=True) if each.is_person] == names


def test_a_surname_that_begins_with_and_is_one_name():
    assert [each.name for each in signatures("محمد وليد حسن")] == ["محمد وليد حسن"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("中央社記者王小明台北15日電", ["王小明"]),
        ("作者｜王小明", ["王小明"]),
        ("文＝山田太郎 写真＝鈴木花子", ["山田太郎"]),
        ("[신문 김민수 기자]", ["김민수"]),
        ("Can Kaya tarafından 15 Kasım 2026'da yayınlandı", ["Can Kaya"]),
        ("PV Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("خبرنگار: لیلا حدادی", ["لیلا حدادی"]),
    ],
)
def test_agencies_bars_and_dates_around_a_name(line, names):
    assert [each.name for each in signatures(line)] == names

"""¶3: whose post may sign the decision, in the words offices use."""

import pytest

from pipeline.domain.records import Authority
from pipeline.law.authority import may_be_the_authority

HEADS = [
    (Authority.MINISTER, "Қазақстан Республикасының Ішкі істер министрі"),
    (Authority.MINISTER, "Министрдің міндетін атқарушы, Министрдің бірінші орынбасары"),
    (Authority.MINISTER, "министр"),
    (Authority.MINISTER, "министр внутренних дел"),
    (Authority.MINISTER, "Министрдің орнындағы адам"),
    (Authority.PENAL_COMMITTEE, "Ішкі істер министрінің орынбасары – ҚАЖК төрағасы"),
    (Authority.PENAL_COMMITTEE, "ҚАЖК төрағасы"),
    (Authority.PENAL_COMMITTEE, "ҚАЖК төрағасының м.а."),
    (Authority.POLICE_DEPARTMENT, "бастық"),
    (Authority.POLICE_DEPARTMENT, "Алматы облысы Полиция департаментінің бастығы"),
    (Authority.POLICE_DEPARTMENT, "ПД бастығы"),
    (Authority.POLICE_DEPARTMENT, "Департамент бастығының міндетін уақытша атқарушы"),
    (Authority.POLICE_DEPARTMENT, "начальник Департамента полиции Алматинской области"),
    (Authority.POLICE_DEPARTMENT, "и.о. начальника Департамента полиции"),
    (Authority.PENAL_DEPARTMENT, "ҚАЖ департаментінің бастығы"),
    (Authority.ACADEMY, "Академия бастығы"),
    (Authority.ACADEMY, "Алматы академиясының бастығы"),
    (Authority.GUARD_SERVICE, "Мамандандырылған күзет қызметі басқармасының бастығы"),
    (Authority.CANINE_CENTRE, "Кинологиялық орталықтың бастығы"),
    (Authority.SUPPLY_BASE, "Әскери және арнайы жабдықтау базасының бастығы"),
    (Authority.MOTOR_TRANSPORT, "Автокөліктік қызмет көрсету мекемесінің бастығы"),
    (Authority.SUNQAR, "«Сұңқар» АМЖ командирі"),
    (Authority.SUNQAR, "командир"),
]
OTHERS = [
    (Authority.MINISTER, "Министрдің орынбасары"),
    (Authority.MINISTER, "бастық"),
    (Authority.MINISTER, "заместитель министра"),
    (Authority.MINISTER, "Министрдің кеңесшісі"),
    (Authority.MINISTER, "министрлік аппаратының басшысы"),
    (Authority.PENAL_COMMITTEE, "ҚАЖК төрағасының орынбасары"),
    (Authority.PENAL_COMMITTEE, "заместитель председателя комитета"),
    (Authority.POLICE_DEPARTMENT, "бастықтың орынбасары"),
    (Authority.POLICE_DEPARTMENT, "Полиция департаменті Кадр басқармасының бастығы"),
    (Authority.POLICE_DEPARTMENT, "начальник управления кадров Департамента полиции"),
    (Authority.POLICE_DEPARTMENT, "заместитель начальника Департамента полиции"),
    (Authority.POLICE_DEPARTMENT, "Министр"),
    (Authority.POLICE_DEPARTMENT, "аға инспектор"),
    (Authority.ACADEMY, "Академия бастығының орынбасары"),
    (Authority.ACADEMY, "факультет бастығы"),
    (Authority.GUARD_SERVICE, "бөлім бастығы"),
    (Authority.SUNQAR, "командирдің орынбасары"),
]


@pytest.mark.parametrize(("authority", "post"), HEADS, ids=range(len(HEADS)))
def test_the_head_or_who_acts_for_the_head(authority: Authority, post: str) -> None:
    assert may_be_the_authority(authority, post)


@pytest.mark.parametrize(("authority", "post"), OTHERS, ids=range(len(OTHERS)))
def test_somebody_else(authority: Authority, post: str) -> None:
    assert not may_be_the_authority(authority, post)

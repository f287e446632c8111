import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.kazakh.alphabet import search_key
from pipeline.domain.kazakh.other_spellings import other_spellings

SPELLED = {
    "Әбілқасов": "Abilkasov Äbılqasov Abilqasov Ábilqasov A'bilqasov Abilkassov ABILKASSOV Абилькасов",
    "Сейітқали": "Seitkali Seitqali Seıtqalı Seyitkali Seiitqali Сейткали Сеиткали",
    "Жүнісов": "Zhunisov Zhunissov Jünısov Júnisov Dzhunisov Djunisov Джунисов",
    "Ғаббасов": "Gabbasov Ğabbasov Ǵabbasov Ghabbasov Gabbassov",
    "Қасым-Жомарт": "Qasym-Jomart Kassym-Zhomart Kasymzhomart",
    "Нұрпейісов": "Nurpeisov Nurpeissov Nurpeiisov Нурпеисов",
    "Құсайынов": "Kussainov Kusainov Qusaıynov Кусаинов",
    "Шәкірұлы": "Shakiruly Şäkirūly S'ákiruly Shakirulı",
    "Щербакова": "Shcherbakova Scherbakova Ştşerbakova Ščerbakova",
    "Фёдоров": "Fyodorov Fedorov Fedoroff",
    "Юлия": "Yuliya Julia Julija Iuliia Yuliia",
    "Наталья": "Natalya Natalia Natalja",
    "Есенов": "Yessenov Esenov Yesenov",
    "Тоқаев": "Tokayev Tokaev Toqaev",
    "Һаким": "Hakim Khakim Xakim",
    "Цой": "Tsoy Tsoi Tzoi Coi",
    "Пак": "Pak",
    "Виктор": "Viktor Victor",
    "Алексей": "Aleksey Alexei Alexey",
    "Сәрсенов": "Sarsenov Särsenov Сярсенов",
}


@pytest.mark.parametrize(
    ("typed", "name"), [(typed, name) for name, spelled in SPELLED.items() for typed in spelled.split()]
)
def test_a_name_is_known_by_its_other_spellings(typed: str, name: str) -> None:
    borne = [search_key(name) for name in SPELLED]
    found = other_spellings(typed, lambda text: any(key.startswith(text) for key in borne))
    assert found == (search_key(name),)


@pytest.mark.parametrize("typed", ["Ян", "Kasenov", "Pakov", "Zhanysov", "Rakymzhan", "x" * 41])
def test_another_name_is_not(typed: str) -> None:
    borne = [search_key(name) for name in (*SPELLED, "Омаров", "Анна", "Рақымов")]
    assert other_spellings(typed, lambda text: any(key.startswith(text) for key in borne)) == ()


def test_beginnings_will_do_and_the_shortest_stands_for_longer_ones() -> None:
    assert other_spellings("Abilq", "абилькасов".startswith) == ("абильк",)
    assert other_spellings("Kim", lambda text: any(n.startswith(text) for n in ("ким", "кимь"))) == ("ким",)


@given(st.text(max_size=30))
def test_of_nothing_there_is_no_spelling(text: str) -> None:
    assert other_spellings(text, lambda _: False) == ()


def test_o_may_be_heard_as_u() -> None:
    """Өмірзақов is "Умирзаков" in many a passport; of two people of such names the answer says it guesses."""
    borne = ("омирзаков", "омаров")
    for typed, meant in (("Умирзаков", "омирзаков"), ("Umirzakov", "омирзаков"), ("Умаров", "омаров")):
        assert other_spellings(typed, lambda text: any(key.startswith(text) for key in borne)) == (meant,)

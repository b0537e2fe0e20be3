"""The share of letters that a tokenizer loses, in many scripts and mixtures."""

from __future__ import annotations

import unicodedata

import pytest

from bench.text.scripts import Losses, emptied, false_match, loss_of

ROUGE, BLEU = ["rouge-score"], ["sacrebleu:13a"]
OTHER_SCRIPTS = {
    "ru": "Почему выросли цены на хлеб?",
    "uk": "Чому зросли ціни на хліб?",
    "el": "Γιατί αυξήθηκαν οι τιμές;",
    "zh": "为什么面包的价格上涨了？",
    "ja": "なぜパンの値段が上がったのか？",
    "ko": "빵 값이 왜 올랐습니까?",
    "ar": "لماذا ارتفعت أسعار الخبز؟",
    "fa": "چرا قیمت نان بالا می‌رود؟",
    "he": "מדוע עלו מחירי הלחם?",
    "hi": "रोटी के दाम क्यों बढ़े?",
    "bn": "রুটির দাম কেন বেড়েছে?",
    "ta": "ரொட்டி விலை ஏன் உயர்ந்தது?",
    "th": "ทำไมราคาขนมปังจึงสูงขึ้น",
    "ka": "რატომ გაიზარდა პურის ფასი?",
    "hy": "Ինչու են բարձրացել հացի գները",
    "am": "የዳቦ ዋጋ ለምን ጨመረ?",
}
LATIN = {
    "de": "Warum stieg die Gebühr für Brötchen?",
    "cs": "Proč letos vzrostly ceny chleba?",
    "tr": "Bu yıl fiyatlar neden yükseldi?",
    "vi": "Tại sao giá bánh mì tăng?",
    "pl": "Dlaczego wzrosły ceny masła?",
    "fr": "Pourquoi les prix élevés ont-ils baissé ?",
    "es": "¿Por qué subió el precio del pan?",
}
UNSPACED = ("zh", "ja", "th")


@pytest.mark.parametrize("text", OTHER_SCRIPTS.values(), ids=OTHER_SCRIPTS)
@pytest.mark.parametrize("added", ["", " NATO", " 2024", " NATO 2024, 32 %", " “x”"])
def test_most_letters_of_another_script_are_lost_whatever_stands_beside_them(text, added):
    loss = loss_of([text + added, text], ROUGE)
    assert loss is not None
    assert loss.is_most
    assert loss_of([text + added], ["unicode", "squad"]) is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", LATIN.values(), ids=LATIN)
def test_accented_letters_are_noticed_however_they_are_written(text, form):
    loss = loss_of([unicodedata.normalize(form, text)], ROUGE)
    assert loss is not None
    assert loss.is_noticeable
    assert not loss.is_most
    assert loss.example.isprintable()
    assert (loss.letters, loss.lost) == (
        sum(map(str.isalpha, text)),
        sum(c.isalpha() and not c.isascii() for c in text),
    )


@pytest.mark.parametrize(
    ("text", "letters", "lost"),
    [
        ("Гебя abcd", 8, 4),
        ("NATO क्यों", 9, 5),  # vowel signs are letters
        ("m\u0303ab", 3, 1),  # no composed form
        ("٢٠٢٤", 4, 4),
        ("٢٠٢٤ 2024", 8, 4),
        ("２０２４", 4, 4),
        ("Ａbc", 3, 1),
        (unicodedata.normalize("NFD", "각각 NATO"), 6, 2),
    ],
)
def test_letters_are_counted(text, letters, lost):
    loss = loss_of([text], ROUGE)
    assert loss is not None
    assert (loss.letters, loss.lost) == (letters, lost)


@pytest.mark.parametrize(
    "text", ["", "2024", "Why — “now”?", "5 € • 3 ½ … 🎉", "x² + y²", "in 2024: ٢", "\u200b\u00ad"]
)
def test_punctuation_and_digits_beside_letters_lose_nothing(text):
    assert loss_of([text], ROUGE) is None


def test_half_is_not_more_than_half_and_two_percent_is_noticed():
    half = loss_of(["abcд", "efдд", "д"], ROUGE)
    assert half is not None
    assert (half.letters, half.lost, half.is_most) == (9, 4, False)
    exactly = loss_of(["abcd", "дддд"], ROUGE)
    assert exactly is not None
    assert not exactly.is_most
    for english, noticed in ((48, True), (49, True), (50, False)):
        loss = loss_of(["a" * english + "é"], ROUGE)
        assert loss is not None
        assert loss.is_noticeable is noticed


@pytest.mark.parametrize("name", OTHER_SCRIPTS)
def test_bleu_cannot_cut_text_without_spaces(name):
    loss = loss_of([OTHER_SCRIPTS[name] + " NATO"], BLEU)
    assert (loss is not None and loss.is_most) is (name in UNSPACED)
    assert loss_of([OTHER_SCRIPTS[name]], ["sacrebleu:char", "sacrebleu:ja-mecab"]) is None


def test_bleus_chinese_tokenizer_cuts_chinese_alone():
    assert loss_of([OTHER_SCRIPTS["zh"]], ["sacrebleu:zh"]) is None
    for name in ("ja", "th"):
        loss = loss_of([OTHER_SCRIPTS[name]], ["sacrebleu:zh"])
        assert loss is not None
        assert loss.is_most


def test_loss_says_what_is_lost_and_what_helps():
    loss = loss_of(["Wie hoch ist die „Gebühr“?"], ROUGE)
    assert str(loss).startswith("5% of the letters (such as in 'Gebühr') are lost to the tokenizer")
    assert loss is not None
    assert "`tokenizer: unicode`" in loss.remedy
    assert "--tokenizer unicode" in loss.remedy
    chinese = loss_of(["为什么涨价？"], BLEU)
    assert chinese is not None
    assert "`tokenize: zh`" in chinese.remedy
    assert "'13a'" in str(chinese)


def test_tokenizer_that_loses_most_counts():
    loss = loss_of(["NATO 为什么"], ["squad", "rouge-score", "sacrebleu:zh", "of-somebody"])
    assert loss is not None
    assert loss.tokenizer == "rouge-score"


def test_items_of_which_nothing_is_left():
    items = ["Why?", "Почему?", "В 2024?", "…", "٢٠٢٤", "Où?"]
    assert emptied(items, ROUGE) == [1, 4]
    assert emptied(items, ["unicode"]) == []


@pytest.mark.parametrize(
    ("predicted", "wanted"),
    [
        ("Зачем Tim Cook хвалит Apple, Google?", "Как Tim Cook из Apple обошёл Google?"),
        ("Apple收购Google了吗？", "Apple和Google谁更大？"),
        ("Google ve Apple: какой?", "Apple ve Google: зачем?"),
        ("누가 NATO 2024?", "왜 NATO 2024?"),
        ("Apple Stores закрыты?", "Apple Store открыт?"),
    ],
)
def test_items_that_differ_only_in_what_is_lost_are_a_false_match(predicted, wanted):
    assert false_match(["Why?", predicted], [wanted, "Who?"], ROUGE) == (predicted, wanted)
    assert false_match([predicted], [predicted, wanted], ROUGE) is None
    assert false_match([predicted], [wanted], ["unicode", *BLEU]) is None


def test_lists_that_differ_only_in_what_is_lost_are_a_false_match():
    found = false_match(["NATO кто", "EU где"], ["EU зачем NATO"], ROUGE)
    assert found == ("NATO кто EU где", "EU зачем NATO")


@pytest.mark.parametrize(
    ("predicted", "wanted"),
    [
        ("Wie hoch ist die Geb hr?", "Wie hoch ist die Gebühr?"),
        ("Il va Paris?", "Il va à Paris?"),
        ("Кто?", "Почему?"),
        ("Кто NATO?", "Почему EU?"),
        ("Why “now”?", "Why 'now'?"),
    ],
)
def test_texts_of_other_scripts_match_nothing_falsely(predicted, wanted):
    assert false_match([predicted], [wanted], ROUGE) is None


def noted(*lists: tuple[str, str]) -> str | None:
    losses = Losses()
    for number, (text, language) in enumerate(lists):
        losses += Losses.of(loss_of([text], ROUGE), f"list {number}", language)
    return losses.note


ENGLISH = ("Who pays for the bread?", "en")


def test_one_note_counts_the_lists_and_shows_the_worst():
    german, french = ("Die Gebühr ist hoch", "de"), ("Où va-t-il, à Étampes ou à Orléans?", "en-GB")
    note = noted(ENGLISH, german, french, ENGLISH)
    assert note is not None
    assert note.startswith(
        "2 of 4 lists have letters that their tokenizer does not keep, e.g. list 2"
    )
    assert "'Où'" in note
    assert "language de" in (noted(german) or "")


def test_english_with_an_odd_name_has_no_note():
    cafe = ("Who pays for the coffee, bread, butter and the rent of the café in Oslo?", "en")
    assert noted(cafe, ENGLISH) is None
    assert noted(("Die Gebühr", "en"), *[ENGLISH] * 48) is not None
    assert noted(("Die Gebühr ist hoch", "en"), *[ENGLISH] * 60) is None
    assert noted(("Die Gebühr ist hoch", "de"), *[ENGLISH] * 60) is not None
    assert noted(("Tại sao giá tăng", "en"), *[ENGLISH] * 60) is not None


@pytest.mark.parametrize(
    ("language", "foreign"),
    [("de-AT", True), ("pt_BR", True), ("EN-us", False), ("", False), ("eng", False)],
)
def test_known_language_is_noted_whatever_its_share(language, foreign):
    text = "Who pays for the coffee, bread, butter and the rent of the café in Oslo?"
    assert (noted((text, language)) is not None) is foreign
    assert noted(("Who pays?", language)) is None

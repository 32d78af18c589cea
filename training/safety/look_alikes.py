"""Writes models/safety-rules/look-alikes.json: for each Latin letter, the characters that people read as that letter.

    cargo fetch            # in a project that depends on unicode-security 0.1.3 (MIT OR Apache-2.0, Unicode 18.0)
    python look_alikes.py <unicode-security>/src/tables.rs > ../../models/safety-rules/look-alikes.json

Sources: the confusables of Unicode Technical Standard 39 (either the crate's table or Unicode's own confusables.txt), the names of Latin
letters in the Unicode character database, and the alphabets that "fancy text" pages use, which UTS 39 does not list. Characters that
NFKD already turns into Latin letters are left out: the filter normalises first.
"""

import json
import re
import sys
import unicodedata
from collections import defaultdict

LATIN = "abcdefghijklmnopqrstuvwxyz"
DIGITS = {"0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g"}

# Alphabets in the order a to z; "." where the row has nothing of its own.
FANCY = [
    "ᗩᗷᑕᗪᗴᖴᘜᕼᓰᒍᖽᒪᗰᑎᗝᑭᑫᖇᔕᖶᑌᐯᗯ᙭Ⴘᘔ",
    "ą.ƈđεʄɠɧıʝƙƖɱŋơ℘զཞʂɬųṿῳҳყʑ",
    "ค๒ƈɗﻉिﻭɦٱﻝᛕɭ๓กѻρ۹ɼรՇպ۷ฝซץչ",
    "卂乃匚刀乇下厶卄工丁长乚爪冂口尸㔿尺丂丅凵リ山乂丫乙",
    "₳฿₵ĐɆ₣₲ⱧłJ₭Ⱡ₥₦Ø₱QⱤ₴₮ɄV₩ӾɎⱫ",
    "ǟɮƈɖɛʄɢɦɨʝӄʟʍռօքզʀֆȶʊʋաӼʏʐ",
    "ᏗᏰፈᎴᏋᎦᎶᏂᎥᏠᏦᏝᎷᏁᎧᎮᎤᏒᏕᏖᏬᏉᏇጀᎩፚ",
    "ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꀘ꒒ꂵꈤꂦꉣꆰꋪꌗ꓄ꀎꃴꅏꊼꌩꁴ",
    "𐌀𐌁𐌂𐌃𐌄𐌅Ᏽ𐋅𐌉Ꮭ𐌊𐌋𐌌𐌍Ꝋ𐌐𐌒𐌓𐌔𐌕𐌵ᕓᏔ𐋄𐌙Ɀ",
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡ.ʏᴢ",
    "ᚨᛒᚲᛞᛖᚠᚷᚺᛁᛃᚲᛚᛗᚾᛟᛈ.ᚱᛋᛏᚢ.ᚹᚷᛦᛉ",
    "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵",
    "Δ..∂∃ƒ...ʝ.ℓ.∩Θ...§†∪√Ш×¥.",
    "♰.☾.€♭.♄¡♩..♏♑◯♇.☈∫☂.♡....",
    "αв¢∂єƒgнιנкℓмησρqяѕтυνωχуz",
    "ДБСԀЄҒԌҢЇЈҚŁМЙОРQЯЅГЦѴШЖҰZ",
    "ձճςժҽƒցհἰյƙլʍղօթգɾտեմνաxվշ",
    "ⲁⲃⲥⲇⲉϝⳓⲏⲓϳⲕⳑⲙⲛⲟⲣϙⲅⲋⲧⲩⲃⲱⲭⲩⲍ",
    "ค๒ς๔єŦɠђเןкl๓ภ๏קợгรtยשฬאץz",
    "ΛBᄃDΣFGΉIJKᄂMПӨPQЯƧƬЦVЩXYZ",
    "丹.ㄈ.モ.ム廾エﾌズﾚ冊れのㄗ.ㄕち匕.∨.メ.ㄗ",
    "ﾑ乃cd乇ｷgんﾉﾌズﾚﾶ刀oｱq尺丂ｲu√wﾒﾘ乙",
    ".....ƭɠ.ı.ƙ.ɱɲ.ρ.ɍʂƫ.ⱱⱳ..ȥ",
]
# Look and sound of Greek, Cyrillic and Armenian letters where UTS 39 has only some of their letter forms.
READ_AS = {
    "а": "a", "б": "b", "в": "bv", "г": "rg", "д": "d", "е": "e", "ё": "e", "ж": "x", "з": "ez", "и": "inu", "й": "inu", "к": "k",
    "л": "ln", "м": "m", "н": "hn", "о": "o", "п": "np", "р": "pr", "с": "cs", "т": "t", "у": "yu", "ф": "f", "х": "xh", "ц": "u",
    "ч": "y", "ш": "w", "щ": "w", "ъ": "b", "ы": "bi", "ь": "b", "э": "e", "ю": "o", "я": "ra", "ґ": "rg", "є": "e", "ї": "i",
    "α": "a", "β": "b", "γ": "yg", "δ": "d", "ε": "e", "ζ": "z", "η": "nih", "θ": "o", "ι": "i", "κ": "k", "λ": "l", "μ": "um",
    "ν": "vn", "ξ": "ex", "ο": "o", "π": "np", "ρ": "pr", "σ": "os", "ς": "cs", "τ": "t", "υ": "uy", "φ": "of", "χ": "xh",
    "ψ": "y", "ω": "wo", "Σ": "es", "Λ": "al", "Π": "np", "Γ": "rg", "Ω": "o", "Ξ": "ex", "Ψ": "y", "Φ": "fo", "Υ": "yu",
    "ո": "no", "ռ": "n", "ս": "us", "մ": "um", "պ": "w", "դ": "d", "զ": "q", "թ": "p", "ր": "r", "ւ": "i", "ց": "g", "ք": "p",
    "ß": "bs", "þ": "pb", "ð": "d", "đ": "d", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ĸ": "k", "ł": "l", "ø": "o", "ƿ": "p",
    "£": "le", "€": "ec", "¥": "y", "¢": "c", "©": "c", "®": "r", "℗": "p", "µ": "u", "¡": "i", "¦": "i", "§": "s", "¤": "o", "°": "o",
    "×": "x", "❌": "x", "✖": "x", "✗": "x", "✘": "x", "⭕": "o", "◯": "o", "○": "o", "●": "o", "☐": "o", "◻": "o", "⓿": "o",
    "❶": "il", "❷": "z", "❸": "e", "❹": "a", "❺": "s", "❻": "gb", "❼": "t", "❽": "b", "❾": "g",
    "ค": "a", "ո": "nu", "ῃ": "n", "∀": "a", "∃": "e", "∄": "e", "∈": "e", "∋": "e", "∩": "n", "∪": "u", "⊂": "c", "⊃": "d",
    "√": "v", "∨": "v", "∧": "a", "∂": "d", "∫": "s", "∆": "a", "∇": "v", "⅃": "j", "⟂": "t", "⊥": "t", "⊤": "t", "∟": "l",
    "⌐": "r", "⌈": "r", "⌊": "l", "⊏": "e", "ʻ": "", "🆎": "a", "🅰": "a", "🅱": "b", "🅾": "o", "🅿": "p",
    "æ": "ae", "œ": "oe", "¶": "p", "⊙": "o", "⊕": "o", "☉": "o", "◎": "o", "☯": "o", "⚪": "o", "⚫": "o", "🔴": "o", "🔵": "o", "🟢": "o",
    "🌕": "o", "🌑": "o", "🍩": "o", "⚽": "o", "✝": "t", "➕": "t", "💲": "s", "♓": "h", "⛎": "u", "🔱": "w", "✔": "v", "❗": "i", "🕎": "w",
    "დ": "d", "ძ": "d", "ჩ": "h", "ც": "g", "ო": "m", "ჽ": "s", "Ⴎ": "u", "რ": "rm", "ղ": "n", "է": "te", "ռ": "n", "լ": "l",
    "ส": "as", "น": "u", "ท": "n", "ห": "h", "ใ": "li", "ไ": "li", "ໄ": "li", "ໂ": "i", "ด": "o", "ต": "o", "ง": "j", "ป": "u", "บ": "u", "ร": "sr",
    "џ": "u", "ԉ": "l", "ꙅ": "s", "ԃ": "d", "ћ": "h", "𞤁": "o", "ʔ": "", "ꝺ": "d", "ꬱ": "ae", "𐌖": "vu", "ꟾ": "i",
}
# Georgian and Armenian letters by their sound, by the names they have in the character database.
SOUNDS = {
    "GEORGIAN": {
        "AN": "a", "BAN": "b", "GAN": "g", "DON": "d", "EN": "e", "VIN": "v", "ZEN": "z", "TAN": "t", "IN": "i", "KAN": "k", "LAS": "l",
        "MAN": "m", "NAR": "n", "ON": "o", "PAR": "p", "ZHAR": "j", "RAE": "r", "SAN": "s", "TAR": "t", "UN": "u", "PHAR": "p", "KHAR": "k",
        "GHAN": "g", "QAR": "q", "SHIN": "s", "CHIN": "c", "CAN": "c", "XAN": "x", "JHAN": "j", "HAE": "h",
    },
    "ARMENIAN": {
        "AYB": "a", "BEN": "b", "GIM": "g", "DA": "d", "ECH": "e", "ZA": "z", "EH": "e", "TO": "t", "INI": "i", "LIWN": "l", "XEH": "x",
        "KEN": "k", "HO": "h", "MEN": "m", "YI": "y", "NOW": "n", "VO": "o", "PEH": "p", "RA": "r", "SEH": "s", "VEW": "v", "TIWN": "t",
        "REH": "r", "PIWR": "p", "KEH": "k", "OH": "o", "FEH": "f",
    },
}
SOUND_NAME = re.compile(r"^(GEORGIAN|ARMENIAN) (?:MTAVRULI |CAPITAL |SMALL )*LETTER ([A-Z]+)$")
# A Greek or Cyrillic letter with a hook or a tail is read like the one without: CYRILLIC SMALL LETTER KOMI DE, ... PE WITH DESCENDER.
VARIANT_NAME = re.compile(r"^((?:CYRILLIC|GREEK) (?:CAPITAL|SMALL) LETTER )(?:[A-Z-]+ )*?([A-Z]+)(?: WITH .*)?$")
# A letter turned upside down; d p, n u and b q turn into each other, so a turned word is read with TURNED_ASCII and from its end.
TURNED = {
    "a": "ɐɒ∀", "b": "", "c": "ɔↃ", "d": "", "e": "ǝƎə", "f": "ɟℲ", "g": "ƃɓ⅁", "h": "ɥ", "i": "ᴉıᴵ!", "j": "ɾſ", "k": "ʞꓘ", "l": "ʅן⅂",
    "m": "ɯƜ", "n": "", "o": "", "p": "Ԁ", "q": "", "r": "ɹᴚ", "s": "", "t": "ʇꓕ", "u": "∩", "v": "ʌɅΛ", "w": "ʍ", "x": "", "y": "ʎ⅄", "z": "",
}
TURNED_ASCII = {"b": "q", "d": "p", "n": "u", "p": "d", "q": "b", "u": "n", "m": "w", "w": "m", "l": "l", "o": "o", "s": "s", "x": "x", "z": "z"}

SHAPES = (
    "TURNED|REVERSED|INVERTED|SIDEWAYS|OPEN|CLOSED|DOTLESS|SCRIPT|BLACKLETTER|BARRED|LONG|STRETCHED|TAILLESS|HALF|BASELINE|INSULAR|"
    "SMALL CAPITAL|CAPITAL|SMALL|EPIGRAPHIC|ARCHAIC|AFRICAN|DIGRAPH|VOLAPUK|SINOLOGICAL|REVERSED OPEN|SIDEWAYS OPEN"
)
LATIN_NAME = re.compile(rf"^(?:MODIFIER LETTER |LATIN )(?:SUBSCRIPT )?(?:SMALL LETTER|CAPITAL LETTER|LETTER|SMALL|CAPITAL)(?: (?:{SHAPES}))* ([A-Z])(?: WITH .*)?$")
ENCLOSED_NAME = re.compile(r"^(?:NEGATIVE |CROSSED NEGATIVE )?(?:CIRCLED|SQUARED|PARENTHESIZED|REGIONAL INDICATOR SYMBOL)(?: LATIN CAPITAL| LATIN SMALL)? LETTER ([A-Z])$")


def confusables(path):
    """(character, prototype) pairs from tables.rs of unicode-security or from confusables.txt."""
    text = open(path, encoding="utf-8-sig").read()
    if path.endswith(".rs"):
        table = text[text.index("const CONFUSABLES: &'static [(char, &'static [char])]") :]
        table = table[: table.index("];")]
        for source, target in re.findall(r"\('\\u\{(\w+)\}',\s*&\[((?:\s*'\\u\{\w+\}',?)+)\]\)", table):
            yield chr(int(source, 16)), "".join(chr(int(t, 16)) for t in re.findall(r"\\u\{(\w+)\}", target))
    else:
        for source, target in re.findall(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;", text, re.M):
            yield chr(int(source, 16)), "".join(chr(int(t, 16)) for t in target.split())


def plain(text):
    """Lower case without marks, as the filter normalises."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf")).lower()


def readings(prototype):
    """What a UTS 39 prototype says in Latin letters; l, I, 1 and | share one prototype."""
    target = plain(prototype).replace("rn", "m")
    if target == "l":
        return ["l", "i"]
    if len(target) == 1 and target in DIGITS:
        return list(DIGITS[target])
    return [target] if target and all(c in LATIN for c in target) else []


def main(path):
    table = defaultdict(dict)  # reading -> characters, in order

    def add(character, reading):
        if reading and len(plain(character)) == 1 and plain(character) not in LATIN and ord(character) > 127:
            if unicodedata.normalize("NFKD", character)[0] == character or not unicodedata.decomposition(character):
                table[reading].setdefault(character)

    def add_cases(character, letters):
        for one in {character, character.lower(), character.upper()}:
            for letter in letters:
                add(one, letter)

    for character, prototype in confusables(path):
        for reading in readings(prototype):
            add(character, reading)
    for code in range(128, sys.maxunicode + 1):
        name = unicodedata.name(chr(code), "")
        found = LATIN_NAME.match(name) or ENCLOSED_NAME.match(name)
        if found:
            add(chr(code), found.group(1).lower())
        sound = SOUND_NAME.match(name)
        if sound:
            add(chr(code), SOUNDS[sound.group(1)].get(sound.group(2)))
        variant = VARIANT_NAME.match(name)
        if variant:
            try:
                base = unicodedata.lookup(variant.group(1) + variant.group(2))
            except KeyError:
                continue
            for letter in READ_AS.get(base.lower(), ""):
                add(chr(code), letter)
    for row in FANCY:
        characters = list(row)
        assert len(characters) == 26, (len(characters), row)
        for character, letter in zip(characters, LATIN):
            for one in {character, character.lower(), *unicodedata.normalize("NFKD", character)[:1]}:
                add(one, letter)
    for character, letters in READ_AS.items():
        add_cases(character, letters)
    # Both cases of a letter are read alike where the other one has only one of them.
    for letter in LATIN:
        for character in list(table[letter]):
            if unicodedata.name(character, "").startswith("CHEROKEE"):
                add_cases(character, letter)

    ordered = sorted(table, key=lambda reading: (len(reading), reading))
    result = {
        "about": "Characters that are read as Latin letters, written by training/safety/look_alikes.py; see NOTICE.",
        "readAs": {reading: "".join(sorted(table[reading])) for reading in ordered},
        "turned": {letter: characters for letter, characters in TURNED.items() if characters},
        "turnedAscii": TURNED_ASCII,
    }
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)
    print()


main(sys.argv[1])

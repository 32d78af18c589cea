/** A way to write a word so that a filter does not see it and a reader does. */
export type Evasion = (word: string) => string;

const letters = (word: string) => Array.from(word);
const join = (word: string, separator: string) => letters(word).join(separator);
const each = (word: string, spell: (letter: string) => string) => letters(word).map(spell).join("");
const swap = (table: Readonly<Record<string, string>>) => (word: string) =>
  each(word, (letter) => table[letter] ?? letter);
const reverse = (word: string) => letters(word).toReversed().join("");
const half = (word: string) => Math.floor(word.length / 2);
/** An alphabet that stands in one block of Unicode. */
const block = (first: number) => (word: string) =>
  each(word, (letter) => String.fromCodePoint(first + letter.charCodeAt(0) - 97));
/** An alphabet written from a to z. */
const alphabet = (row: string) => {
  const signs = letters(row);
  return (word: string) => each(word, (letter) => signs[letter.charCodeAt(0) - 97] ?? letter);
};

const leet = swap({ a: "4", e: "3", i: "1", o: "0", s: "5", t: "7" });
const cyrillic = swap({ a: "а", e: "е", o: "о", p: "р", c: "с", s: "ѕ", i: "і", h: "һ", x: "х", y: "у" });
const greek = swap({ a: "α", e: "ε", o: "ο", n: "η", t: "τ", u: "υ", i: "ι", p: "ρ" });
const bold = block(0x1d41a);
const upsideDown = swap(
  Object.fromEntries(
    letters("abcdefghijklmnopqrstuvwxyz").map((letter, at) => [letter, letters("ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz")[at]!]),
  ),
);

/** The classes of the first suite: each must be caught for every word. */
export const KNOWN_EVASIONS: Readonly<Record<string, Evasion>> = {
  plain: (w) => w,
  "upper case": (w) => w.toUpperCase(),
  plural: (w) => (w.endsWith("s") ? w : `${w}s`),
  "leet letters": leet,
  "leet signs": swap({ a: "@", s: "$", i: "!", o: "0", e: "3" }),
  spaced: (w) => join(w, " "),
  dotted: (w) => join(w, "."),
  dashed: (w) => join(w, "-"),
  underscored: (w) => join(w, "_"),
  starred: (w) => join(w, "*"),
  slashed: (w) => join(w, "/"),
  "zero-width space": (w) => join(w, "\u200b"),
  "zero-width joiner": (w) => join(w, "\u200d"),
  "soft hyphen": (w) => join(w, "\u00ad"),
  "word joiner": (w) => join(w, "\u2060"),
  "variation selector": (w) => join(w, "\ufe0f"),
  "tag characters": (w) => join(w, "\u{e0061}"),
  "Hangul filler": (w) => join(w, "\u3164"),
  "grapheme joiner": (w) => join(w, "\u034f"),
  diacritics: swap({ a: "á", e: "ë", o: "ö", u: "ü", i: "ï", n: "ñ" }),
  zalgo: (w) => `${join(w, "\u0336")}\u0336`,
  Cyrillic: cyrillic,
  Greek: greek,
  fullwidth: block(0xff41),
  "mathematical bold": bold,
  enclosed: block(0x24d0),
  "regional indicators": (w) => join(block(0x1f1e6)(w), "\u200b"),
  "small capitals": alphabet("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀsᴛᴜᴠᴡxʏᴢ"),
  stretched: (w) => w[0]! + w[1]!.repeat(5) + w.slice(2),
  doubled: (w) => each(w, (letter) => letter + letter),
  masked: (w) => `${w[0]}*${w.slice(2)}`,
  glued: (w) => `very${w}woman`,
  "camel case": (w) => `Very${w[0]!.toUpperCase()}${w.slice(1)}Woman`,
  "snake case": (w) => `very_${w}_woman`,
  digits: (w) => `${w}123`,
  weight: (w) => `(${w}:1.4)`,
  "nested weight": (w) => `((((${w}))))`,
  "weight in the middle": (w) => `${w.slice(0, 2)}(${w.slice(2)}:1.3)`,
  "empty brackets": (w) => `${w.slice(0, 2)}[]${w.slice(2)}`,
  "prompt editing": (w) => `[clothed:${w}:0.1]`,
  alternation: (w) => `{clothed|${w}}`,
  "double colon": (w) => `${w}::2`,
  "LoRA tag": (w) => `<lora:${w}_v2:0.8>`,
  "embedding tag": (w) => `<${w}-style>`,
  backslash: (w) => `${w.slice(0, 2)}\\${w.slice(2)}`,
  "bold in the middle": (w) => `${w[0]}**${w[1]}**${w.slice(2)}`,
  "spoiler bars": (w) => `${w.slice(0, 2)}||||${w.slice(2)}`,
  "line break": (w) => `${w.slice(0, 2)}\n${w.slice(2)}`,
  "HTML entity": (w) => `&#${w.charCodeAt(0)};${w.slice(1)}`,
  "right-to-left override": (w) => `\u202e${reverse(w)}\u202c`,
};

/** Nastier ones, mixed: nearly all must be caught. */
export const NASTY_EVASIONS: Readonly<Record<string, Evasion>> = {
  reversed: reverse,
  "reversed leet": (w) => reverse(leet(w)),
  "reversed and spaced": (w) => join(reverse(w), " "),
  "upside down": (w) => reverse(upsideDown(w)),
  "upside down, in place": upsideDown,
  "ones between": (w) => join(w, "1"),
  "digits between": (w) =>
    letters(w)
      .map((letter, at) => `${letter}${at}`)
      .join(""),
  "numbers between": (w) => join(w, "99"),
  "digits around": (w) => `7${w}7`,
  "split in two": (w) => `${w.slice(0, half(w))} ${w.slice(half(w))}`,
  "first letter off": (w) => `${w[0]} ${w.slice(1)}`,
  "last letter off": (w) => `${w.slice(0, -1)} ${w.slice(-1)}`,
  "split in three": (w) => `${w[0]} ${w.slice(1, 3)} ${w.slice(3)}`,
  "partly spaced": (w) => `${w.slice(0, 2)} ${join(w.slice(2), " ")}`,
  "split by a dash": (w) => `${w.slice(0, 2)} - ${w.slice(2)}`,
  hyphenated: (w) => `${w.slice(0, 2)}-\n${w.slice(2)}`,
  ellipsis: (w) => `${w.slice(0, 2)}...${w.slice(2)}`,
  tab: (w) => `${w.slice(0, 2)}\t${w.slice(2)}`,
  "two spaces": (w) => join(w, "  "),
  bullets: (w) => join(w, " • "),
  commas: (w) => join(w, ", "),
  pipes: (w) => join(w, "|"),
  apostrophes: (w) => join(w, "'"),
  quotes: (w) => join(w, '"'),
  emoji: (w) => join(w, "😀"),
  hearts: (w) => join(w, "♥"),
  tildes: (w) => join(w, "~"),
  "plus signs": (w) => join(w, "+"),
  arrows: (w) => join(w, "→"),
  "no-break space": (w) => join(w, "\u00a0"),
  "ideographic space": (w) => join(w, "\u3000"),
  lines: (w) => join(w, "\n"),
  "bracketed letters": (w) => each(w, (letter) => `[${letter}]`),
  "weighted letters": (w) => each(w, (letter) => `(${letter}:1.1)`),
  "bold letters": (w) => each(w, (letter) => `**${letter}**`),
  "alternating case with joiners": (w) =>
    letters(w)
      .map((letter, at) => (at % 2 ? letter.toUpperCase() : letter))
      .join("\u200c"),
  isolates: (w) => `\u2066${w}\u2069`,
  "Braille blank": (w) => join(w, "\u2800"),
  "control characters": (w) => join(w, "\u0007"),
  "invisible times": (w) => join(w, "\u2062"),
  "HTML tags": (w) => `${w[0]}<b>${w.slice(1, 3)}</b>${w.slice(3)}`,
  "HTML comment": (w) => `${w.slice(0, 2)}<!-- x -->${w.slice(2)}`,
  "soft hyphen entities": (w) => join(w, "&shy;"),
  "hexadecimal entities": (w) => each(w, (letter) => `&#x${letter.charCodeAt(0).toString(16)};`),
  "percent escapes": (w) => each(w, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  "unicode escapes": (w) => each(w, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  "emoji names": (w) =>
    letters(w)
      .map((letter) => `:regional_indicator_${letter}:`)
      .join(" "),
  BBCode: (w) => `[b]${w[0]}[/b]${w.slice(1)}`,
  strike: (w) => `~~${w.slice(0, 2)}~~${w.slice(2)}`,
  Cherokee: alphabet("ᎪᏏᏟᎠᎬFᎶᎻᎥᎫᏦᏞᎷNᎾᏢQᎡᏚᎢUᏙᎳXᎩᏃ"),
  Armenian: alphabet("ձճςժҽƒցհίյƙӀʍղօթզɾՏեմνաχվȥ"),
  Lisu: alphabet("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑQꓣꓢꓔꓴꓦꓪꓫꓬꓜ"),
  Coptic: alphabet("ⲁⲃⲥⲇⲉϝⳓⲏⲓϳⲕⳑⲙⲛⲟⲣϙⲅⲋⲧⲩⲃⲱⲭⲩⲍ"),
  syllabics: alphabet("ᗩᗷᑕᗪEᖴGᕼIᒍKᒪᗰᑎOᑭᑫᖇᔕTᑌᐯᗯ᙭Yᘔ"),
  "Thai and Hebrew": alphabet("ค๒ς๔єŦɠђเןкl๓ภ๏קợгรtยשฬאץz"),
  ideographs: alphabet("卂乃匚刀乇下厶卄工丁长乚爪冂口尸㔿尺丂丅凵リ山乂丫乙"),
  currency: alphabet("₳฿₵ĐɆ₣₲ⱧłJ₭Ⱡ₥₦Ø₱QⱤ₴₮ɄV₩ӾɎⱫ"),
  runes: alphabet("ᚨᛒᚲᛞᛖᚠᚷᚺᛁᛃᚲᛚᛗᚾᛟᛈqᚱᛋᛏᚢvᚹxᛦᛉ"),
  Braille: alphabet("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"),
  fraktur: block(0x1d51e),
  "double struck": block(0x1d552),
  parenthesised: block(0x249c),
  squared: block(0x1f130),
  "negative squared": block(0x1f170),
  "negative circled": block(0x1f150),
  superscript: alphabet("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖqʳˢᵗᵘᵛʷˣʸᶻ"),
  strokes: swap({ d: "đ", h: "ħ", l: "ł", o: "ø", t: "ŧ", b: "ƀ", i: "ɨ", u: "ʉ" }),
  hooks: alphabet("ąɓƈɗęƒɠɦįʝƙɭɱɲǫƥʠɽşţųʋŵẋƴʐ"),
  "Cyrillic by shape": swap({
    n: "п",
    u: "ц",
    d: "ԁ",
    e: "е",
    p: "р",
    o: "о",
    r: "г",
    h: "н",
    t: "т",
    a: "а",
    i: "і",
    s: "ѕ",
    g: "ɡ",
    l: "ӏ",
  }),
  "Cyrillic by sound": swap({
    n: "н",
    u: "у",
    d: "д",
    e: "е",
    p: "п",
    o: "о",
    r: "р",
    h: "х",
    t: "т",
    a: "а",
    i: "и",
    s: "с",
    g: "г",
    l: "л",
    b: "б",
    m: "м",
    v: "в",
  }),
  "three scripts": (w) =>
    letters(w)
      .map((letter, at) => [letter, cyrillic(letter), bold(letter)][at % 3])
      .join(""),
  "heavy zalgo": (w) => each(w, (letter) => `${letter}\u0300\u0315\u0321\u0345\u0489`),
  "letters in circles of marks": (w) => join(w, "\u20dd"),
  "more leet": swap({ a: "4", b: "8", e: "3", g: "9", i: "1", l: "1", o: "0", s: "5", t: "7", z: "2" }),
  "leet with currency": swap({ a: "@", e: "€", i: "!", o: "0", s: "$", t: "+" }),
  "spaced leet": (w) => join(swap({ e: "3", o: "0", a: "4" })(w), " "),
  "stretched everywhere": (w) => each(w, (letter) => letter.repeat(3)),
  "stretched at the end": (w) => w + w.slice(-1).repeat(6),
  "doubled and dotted": (w) =>
    letters(w)
      .map((letter) => letter + letter)
      .join("."),
  "masked by a question mark": (w) => `${w[0]}?${w.slice(2)}`,
  "masked by a fruit": (w) => `${w[0]}🍑${w.slice(2)}`,
  "masked by a block": (w) => `${w[0]}█${w.slice(2)}`,
  "masked by an underscore": (w) => `${w[0]}_${w.slice(2)}`,
  "masked twice": (w) => `${w[0]}**${w.slice(3)}`,
  "masked at the end": (w) => `${w.slice(0, -1)}*`,
  "glued to letters": (w) => `xx${w}xx`,
  hashtag: (w) => `#hot${w}art`,
  kebab: (w) => `very-${w}-woman`,
  "web address": (w) => `http://${w}.com/pic`,
  possessive: (w) => `${w}'s`,
  "digits glued": (w) => `2024${w}4k`,
  AND: (w) => `castle AND ${w}`,
  BREAK: (w) => `castle BREAK ${w}`,
  "group of no weight": (w) => `${w.slice(0, 2)}(xx:0)${w.slice(2)}`,
  "LoRA in the middle": (w) => `${w.slice(0, 2)}<lora:x:0>${w.slice(2)}`,
  "plus weights": (w) => `${w}+++`,
  wildcard: (w) => `__${w}__`,
  "escaped brackets": (w) => `\\(${w}\\)`,
  "forty brackets": (w) => "(".repeat(40) + w + ")".repeat(40),
  "dotted bold": (w) => join(bold(w), "."),
  keycaps: swap({ e: "3️⃣", o: "0️⃣", i: "1️⃣", a: "4️⃣", s: "5️⃣", t: "7️⃣" }),
  "letter emoji": swap({ a: "🅰️", b: "🅱️", o: "⭕", p: "🅿️", i: "ℹ️", m: "Ⓜ️", x: "❌" }),
  "i and l exchanged": swap({ i: "l", l: "i" }),
  "neighbours exchanged": (w) => (w.length < 6 ? w : w[0]! + w[2]! + w[1]! + w.slice(3)),
};

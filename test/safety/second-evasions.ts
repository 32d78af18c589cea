import type { Evasion } from "./evasions.ts";

const letters = (word: string) => Array.from(word);
const join = (word: string, separator: string) => letters(word).join(separator);
const each = (word: string, spell: Evasion) => letters(word).map(spell).join("");
/** `a4 e3`: 4 for a, 3 for e. */
const swap = (pairs: string): Evasion => {
  const table = new Map(pairs.split(" ").map((pair) => [pair.charAt(0), pair.slice(1)]));
  return (word) => each(word, (letter) => table.get(letter) ?? letter);
};
const block =
  (first: number): Evasion =>
  (word) =>
    each(word, (letter) => String.fromCodePoint(first + letter.charCodeAt(0) - 97));
const reverse = (word: string) => letters(word).toReversed().join("");
const half = (word: string) => Math.floor(word.length / 2);
const front = (word: string) => word.slice(0, half(word));
const back = (word: string) => word.slice(half(word));
/** Each letter by the next of the ways. */
const inTurn = (word: string, ways: readonly Evasion[]) =>
  letters(word)
    .map((letter, at) => ways[at % ways.length]!(letter))
    .join("");
const leet = swap("a4 e3 i1 o0 s5 t7");
const fullwidth = block(0xff41);
const cyrillic = swap("aа eе oо pр cс sѕ iі hһ xх yу dԁ nո uս gɡ lӏ mм tт rг");

/** What stands between the letters. */
const SEPARATORS: Readonly<Record<string, string>> = {
  "arabic marks": "\u064b",
  "devanagari marks": "\u0941",
  "thai marks": "\u0e4d",
  "hebrew points": "\u05b7",
  BOM: "\ufeff",
  "mongolian separator": "\u180e",
  "choseong filler": "\u115f",
  "halfwidth filler": "\uffa0",
  "khmer vowel": "\u17b4",
  "invisible separator": "\u2063",
  annotation: "\ufff9",
  musical: "\u{1d173}",
  VS17: "\u{e0100}",
  "VS1 mixed": "\ufe00\u200b",
  "thin space": "\u2009",
  "hair space": "\u200a",
  "figure space": "\u2007",
  "narrow nbsp": "\u202f",
  "ogham space": "\u1680",
  "line sep": "\u2028",
  "next line": "\u0085",
  "form feed": "\f",
  CRLF: "\r\n",
  "vertical tab": "\v",
  "middle dots": "·",
  "hyphenation points": "‧",
  "em dashes": "—",
  colons: ":",
  semicolons: ";",
  equals: "=",
  ampersands: "&",
  carets: "^",
  "at signs": "@",
  "hash signs": "#",
  dollar: "$",
  percent: "%",
  exclamations: "!",
  "question marks": "?",
  backslashes: "\\",
  greater: ">",
  "spaced arrows": " > ",
  "spaced dashes": " - ",
  "spaced slashes": " / ",
  "spaced stars": " * ",
  "spaced plus": " + ",
  "spaced dots": " . ",
  "double dots": "..",
  "ellipsis sign": "…",
  "stars emoji": "⭐",
  "fire emoji": " 🔥 ",
  "zwj emoji": "👩‍👧",
  "skin tone": "👍🏽",
  "zwnj entity": "&zwnj;",
  wbr: "<wbr>",
  "shy numeric": "&#173;",
  "zwsp numeric": "&#8203;",
  "zwsp hex": "&#x200b;",
  "nbsp entity": "&nbsp;",
};

/** A second collection, written without looking at what the filter does, to see how far it carries beyond the first. */
export const SECOND_EVASIONS: Readonly<Record<string, Evasion>> = {
  ...Object.fromEntries(
    Object.entries(SEPARATORS).map(([name, separator]) => [name, (word: string) => join(word, separator)]),
  ),
  script: block(0x1d4ea),
  "italic bold": block(0x1d482),
  sans: block(0x1d5ba),
  "sans bold italic": block(0x1d656),
  monospace: block(0x1d68a),
  "double caps bold fraktur": block(0x1d586),
  "bold caps": block(0x1d400),
  "monospace caps": block(0x1d670),
  "sans caps": block(0x1d5a0),
  "full caps": block(0xff21),
  "circled caps": block(0x24b6),
  "regional unbroken": block(0x1f1e6),
  "roman numerals": swap("dⅾ lⅼ iⅰ cⅽ mⅿ vⅴ xⅹ"),
  IPA: swap("nɳ uʊ dɖ eɛ pƥ oɔ rɾ hɦ tʈ aɑ iɪ lɭ sʂ gɠ"),
  subscripts: swap("aₐ eₑ hₕ iᵢ lₗ nₙ oₒ pₚ rᵣ sₛ tₜ uᵤ"),
  macrons: swap("aā eē iī oō uū nň dď tť lľ rř sš hȟ gğ pṗ"),
  vietnamese: swap("aậ eể iị oỗ uữ dđ"),
  "long s": swap("sſ"),
  eszett: swap("sß"),
  letterlike: swap("eℯ gℊ hℎ lℓ oℴ nℕ pℙ rℝ iℹ dⅆ"),
  "old italic": swap("n𐌍 u𐌖 d𐌃 e𐌄 p𐌐 o𐌏 r𐌓 h𐌇 t𐌕 a𐌀 i𐌉 l𐌋 s𐌔"),
  "mathematical signs": swap("u∪ n∩ d∂ e∈ o∅ a∀ t⊤ iǀ pρ rΓ"),
  "daggers and signs": swap("t† i¡ o° s§ e€ l£ aª c¢ p¶"),
  "copyright and registered": swap("c© r® o⊙ aⒶ p℗"),
  "emoji o": swap("o⭕ a🅰 iℹ️ p🅿 e📧 s💲 t✝️ x❌ h♓"),
  mirrored: (w) => swap("nИ eƎ db pq rЯ sƧ tT aA oO uU hH iI l⅃ gƐ")(reverse(w)),
  "faux russian caps": swap("nИ rЯ aД eЭ tТ uЦ oО iІ lГ sЅ pР hН dÐ"),
  "faux greek caps": swap("aΛ eΣ oΘ nИ tΤ uЦ iΙ pΡ sЅ dΔ hΗ lᏞ rΓ gG"),
  georgian: swap("nռ uႮ oი eҽ dძ hჩ iἰ sჽ pρ tէ aმ lӏ rɼ gც"),
  "fonts in turn": (w) => inTurn(w, [block(0x1d68a), fullwidth, cyrillic, block(0x1d586), swap("eᴇ nɴ oᴏ dᴅ uᴜ")]),
  "cyrillic and leet": (w) => inTurn(w, [cyrillic, leet]),
  "fullwidth leet": (w) => each(leet(w), (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
  "fullwidth spaced": (w) => join(fullwidth(w), " "),
  "fullwidth dotted": (w) => join(fullwidth(w), "．"),
  "bold zalgo": (w) => each(block(0x1d41a)(w), (c) => c + "\u0334\u0322"),
  "zalgo tall": (w) => each(w, (c) => c + "\u030d\u0352\u0357\u0301\u0323\u0330\u035c\u0489"),
  underlined: (w) => each(w, (c) => c + "\u0332"),
  "slashed marks": (w) => each(w, (c) => c + "\u0338"),
  "tilde overlay": (w) => each(w, (c) => c + "\u0334"),
  "boxed marks": (w) => each(w, (c) => c + "\u20de"),
  "prohibited marks": (w) => each(w, (c) => c + "\u20e0"),
  "zero-width mix": (w) =>
    letters(w)
      .map((c, i) => c + ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"][i % 5])
      .join(""),
  "word in tags": (w) => each(w, (c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))),
  "LRM RLM": (w) =>
    letters(w)
      .map((c, i) => c + (i % 2 ? "\u200e" : "\u200f"))
      .join(""),
  "embedding rtl": (w) => "\u202b" + reverse(w) + "\u202c",
  "isolate letters": (w) => each(w, (c) => "\u2068" + c + "\u2069"),
  "half rlo": (w) => front(w) + "\u202e" + reverse(back(w)) + "\u202c",
  "mixed separators": (w) =>
    letters(w)
      .map((c, i) => c + ["_", "-", ".", "*", "~"][i % 5])
      .join("")
      .slice(0, -1),
  "random emoji": (w) =>
    letters(w)
      .map((c, i) => c + ["🌸", "🐱", "🎈", "🌊"][i % 4])
      .join(""),
  "quoted letters": (w) => each(w, (c) => `"${c}" `),
  "listed letters": (w) =>
    letters(w)
      .map((c) => `"${c}"`)
      .join(", "),
  "parenthesised letters": (w) => each(w, (c) => `(${c})`),
  "braced letters": (w) => each(w, (c) => `{${c}}`),
  "angled letters": (w) => each(w, (c) => `<${c}>`),
  "double parens": (w) => each(w, (c) => `((${c}))`),
  "spaced parens": (w) =>
    letters(w)
      .map((c) => `(${c})`)
      .join(" "),
  numbered: (w) =>
    letters(w)
      .map((c, i) => `${i + 1}. ${c}`)
      .join(" "),
  "numbered parens": (w) =>
    letters(w)
      .map((c, i) => `${i + 1})${c}`)
      .join(" "),
  "digits before": (w) =>
    letters(w)
      .map((c, i) => `${i + 1}${c}`)
      .join(""),
  abbreviation: (w) => join(w.toUpperCase(), ".") + ".",
  "two and two": (w) => w.match(/..?/g)!.join(" "),
  "two dot two": (w) => w.match(/..?/g)!.join("."),
  "three dash": (w) => w.match(/..?.?/g)!.join("-"),
  "two under": (w) => w.match(/..?/g)!.join("_"),
  "two plus": (w) => w.match(/..?/g)!.join("+"),
  "half colon": (w) => front(w) + ":" + back(w),
  "half comma": (w) => front(w) + "," + back(w),
  "half comma space": (w) => front(w) + ", " + back(w),
  "half apostrophe": (w) => front(w) + "'" + back(w),
  "half star": (w) => front(w) + "*" + back(w),
  "half equals": (w) => front(w) + "=" + back(w),
  "half tilde": (w) => front(w) + "~" + back(w),
  "half pipe": (w) => front(w) + "|" + back(w),
  "half slash": (w) => front(w) + "/" + back(w),
  "half emoji": (w) => front(w) + "😈" + back(w),
  "half spaced emoji": (w) => front(w) + " 😈 " + back(w),
  "half semicolon": (w) => front(w) + ";" + back(w),
  "half at": (w) => front(w) + "@" + back(w),
  "half newline dash": (w) => front(w) + "-\r\n" + back(w),
  "half underscore": (w) => front(w) + "_" + back(w),
  "half braces": (w) => front(w) + "{}" + back(w),
  "half parens": (w) => front(w) + "()" + back(w),
  "half angle": (w) => front(w) + "<>" + back(w),
  "half bars": (w) => front(w) + "||" + back(w),
  "half colon colon": (w) => front(w) + "::" + back(w),
  "half quote": (w) => front(w) + '"' + back(w),
  "half weights": (w) => `(${front(w)}:1.2)(${back(w)}:1.2)`,
  "half weights spaced": (w) => `(${front(w)}:1.2) (${back(w)}:1.2)`,
  "half weight number": (w) => `${front(w)}:1.1${back(w)}`,
  "half braces each": (w) => `{${front(w)}}{${back(w)}}`,
  "half brackets each": (w) => `[${front(w)}][${back(w)}]`,
  "nested open": (w) => each(w, (c) => c + "(") + ")".repeat(w.length),
  "nested weights": (w) => `(${w[0]}(${w.slice(1)}:1.1):1.1)`,
  "schedule half": (w) => `[${front(w)}:${front(w)}:0.5]${back(w)}`,
  "alternate half": (w) => `[${front(w)}|${front(w)}]${back(w)}`,
  "dynamic half": (w) => `{${front(w)}|${front(w)}}${back(w)}`,
  "lora between": (w) => `${front(w)}<lora:detail:1>${back(w)}`,
  "plus each": (w) => each(w, (c) => c + "+"),
  "escaped letters": (w) => each(w, (c) => "\\" + c),
  "wildcard brackets": (w) => `__${w}/*__`,
  "weighted dynamic": (w) => `{0.5::${w}|castle}`,
  "many dynamic": (w) => `{2$$castle|${w}}`,
  "schedule from": (w) => `[castle:${w}:10]`,
  "schedule to": (w) => `[${w}::5]`,
  "schedule late": (w) => `[:${w}:3]`,
  hypernet: (w) => `<hypernet:${w}:1>`,
  lyco: (w) => `<lyco:${w}_xl:.5>`,
  embedding: (w) => `embedding:${w}`,
  "braces three": (w) => `{{{${w}}}}`,
  "square two": (w) => `[[${w}]]`,
  "weight no paren": (w) => `${w}:1.5`,
  "weight compel": (w) => `(${w})1.3`,
  unclosed: (w) => `((((${w}`,
  "mj param": (w) => `${w} --ar 1:1 --s 50`,
  octal: (w) => each(w, (c) => "\\" + c.charCodeAt(0).toString(8)),
  "hex x": (w) => each(w, (c) => "\\x" + c.charCodeAt(0).toString(16)),
  "u braces": (w) => each(w, (c) => "\\u{" + c.charCodeAt(0).toString(16) + "}"),
  "U+": (w) => each(w, (c) => "U+00" + c.charCodeAt(0).toString(16).toUpperCase() + " "),
  "0x": (w) =>
    letters(w)
      .map((c) => "0x" + c.charCodeAt(0).toString(16))
      .join(" "),
  "entities no semicolon": (w) => each(w, (c) => `&#${c.charCodeAt(0)}`),
  "double entity": (w) => each(w, (c) => `&amp;#${c.charCodeAt(0)};`),
  "double percent": (w) => each(w, (c) => `%25${c.charCodeAt(0).toString(16)}`),
  "padded entity": (w) => each(w, (c) => `&#000${c.charCodeAt(0)};`),
  "accent entities": (w) => w.replace(/[aeiou]/g, (c) => `&${c}acute;`),
  "caron entities": (w) => w.replace(/[nrst]/g, (c) => `&${c}caron;`),
  "quoted printable": (w) => each(w, (c) => "=" + c.charCodeAt(0).toString(16).toUpperCase()),
  br: (w) => front(w) + "<br>" + back(w),
  "br slash": (w) => front(w) + "<br/>" + back(w),
  spans: (w) => each(w, (c) => `<i>${c}</i>`),
  "font tag": (w) => `${w[0]}<font color="red">${w.slice(1)}</font>`,
  "md link half": (w) => `[${front(w)}](http://a.b)${back(w)}`,
  "md link": (w) => `[${w}](http://a.b/c)`,
  "code ticks": (w) => `\`${front(w)}\`${back(w)}`,
  "md mix": (w) => `*${front(w)}*__${back(w)}__`,
  "latex bold": (w) => `\\textbf{${w}}`,
  "latex script": (w) =>
    letters(w)
      .map((c, i) => (i % 2 ? `_{${c}}` : c))
      .join(""),
  "dollar math": (w) => `$${w}$`,
  "discord emoji": (w) => `<:${w}:123456789012345678>`,
  "slack emoji": (w) => `:${w}:`,
  "emoji letters slack": (w) => each(w, (c) => `:alphabet-white-${c}:`),
  json: (w) => `{"prompt":"${w}"}`,
  query: (w) => `?q=${w}&n=1`,
  path: (w) => `C:\\pics\\${w}\\1.png`,
  safetensors: (w) => `${w}_v2.safetensors`,
  mail: (w) => `${w}@mail.com`,
  host: (w) => `www.${w}.xxx`,
  comment: (w) => `${front(w)}/**/${back(w)}`,
  "sql comment": (w) => `${front(w)}--\n${back(w)}`,
  alternating: (w) =>
    letters(w)
      .map((c, i) => (i % 2 ? c.toUpperCase() : c))
      .join(""),
  "last capital": (w) => w.slice(0, -1) + w.slice(-1).toUpperCase(),
  "capital inside": (w) => w[0] + w[1]!.toUpperCase() + w.slice(2),
  "camel halves": (w) => front(w) + back(w)[0]!.toUpperCase() + back(w).slice(1),
  "camel after": (w) => w + "Portrait",
  "camel before": (w) => "portrait" + w[0]!.toUpperCase() + w.slice(1),
  twice: (w) => w + w,
  "thrice dashed": (w) => [w, w, w].join("-"),
  "digits inside": (w) => w[0] + "2" + w.slice(1),
  "digits end each": (w) => w + "69",
  "x around": (w) => `x${w}x`,
  xX: (w) => `xX_${w}_Xx`,
  semi: (w) => `semi-${w}`,
  semiglued: (w) => `semi${w}`,
  ish: (w) => w + "ish",
  like: (w) => w + "like",
  "z plural": (w) => w.replace(/s$/, "") + "z",
  "ing dash": (w) => w + "-ing",
  ness: (w) => w + "ness",
  y: (w) => w + "y",
  girl: (w) => w + "girl",
  at: (w) => "@" + w,
  hash: (w) => "#" + w,
  "middle doubled": (w) => {
    const i = half(w);
    return w.slice(0, i) + w[i]! + w.slice(i);
  },
  "vowel tripled": (w) => w.replace(/[aeiou]/, (c) => c.repeat(3)),
  "last doubled": (w) => w + w.slice(-1),
  "first stretched": (w) => w[0]!.repeat(4) + w.slice(1),
  "stretched caps": (w) => each(w.toUpperCase(), (c) => c.repeat(2)),
  "stretch dashes": (w) =>
    letters(w)
      .map((c) => c + c + c)
      .join("-"),
  "mask first vowel": (w) => w.replace(/[aeiou]/, "*"),
  "mask vowels": (w) => w.replace(/[aeiou]/g, "*"),
  "mask hash": (w) => w.replace(/[aeiou]/, "#"),
  "mask at": (w) => w.replace(/[aeiou]/, "@"),
  "mask percent": (w) => w.replace(/[aeiou]/, "%"),
  "mask dash": (w) => w.replace(/[aeiou]/, "-"),
  "mask dot": (w) => w.replace(/[aeiou]/, "."),
  "mask dollar": (w) => w.replace(/[aeiou]/, "$"),
  "mask emoji": (w) => w.replace(/[aeiou]/, "🍆"),
  "mask bullet": (w) => w.replace(/[aeiou]/, "•"),
  "mask x": (w) => w.replace(/[aeiou]/, "x"),
  "mask white square": (w) => w.replace(/[aeiou]/, "□"),
  "mask escaped": (w) => w.replace(/[aeiou]/, "\\*"),
  "mask two stars": (w) => w.replace(/[aeiou]/, "**"),
  "mask last two": (w) => w.slice(0, -2) + "**",
  "leet hard": swap("a/-\\ e3 i! o() s$ t7 n|\\| u|_| d|) p|> r|2 h|-| l|_ g9"),
  "leet some": (w) => w.replace(/[aeiou]/, swap("a4 e3 i1 o0 uv")),
  "leet e": swap("e£ a^ i| o@ sz t+"),
  "leet bar": swap("i| l| t7 o*"),
  "leet caps": (w) => leet(w).toUpperCase(),
  "leet dotted": (w) => join(leet(w), "."),
  "leet dashes": (w) => join(swap("o0 e3")(w), "-"),
  "leet spaced": (w) => join(swap("o0 i1")(w), " "),
  "leet weights": (w) => `((${leet(w)}:1.2))`,
  "leet glued": (w) => "hot" + swap("e3 o0")(w) + "girl",
  "leet with accents": (w) => inTurn(w, [swap("eé aá oö uü"), swap("e3 o0 a4 i1")]),
  "v for u": swap("uv"),
  vv: swap("uvv"),
  "oo for u": swap("uoo"),
  ph: swap("pph"),
  k: swap("ck"),
  "y for i": swap("iy"),
  ae: swap("aæ oœ"),
  "uppercase accents": (w) => swap("AÁ EÊ IÍ OÕ UÜ NÑ")(w.toUpperCase()),
  ring: swap("uů aå oø eė"),
  cedilla: swap("cç sş tţ eȩ nņ rŗ lļ gģ"),
  "upside spaced": (w) => join(swap("nu un dp eǝ pd oo rɹ hɥ tʇ aɐ iᴉ ll ss gƃ")(reverse(w)), " "),
  "reversed dotted": (w) => join(reverse(w), "."),
  "reversed caps": (w) => reverse(w).toUpperCase(),
  "reversed cyrillic": (w) => cyrillic(reverse(w)),
  "reversed weight": (w) => `(${reverse(w)}:1.2)`,
  "combining letters": (w) =>
    w[0]! +
    swap("a\u0363 e\u0364 i\u0365 o\u0366 u\u0367 c\u0368 d\u0369 h\u036a m\u036b r\u036c t\u036d v\u036e x\u036f")(
      w.slice(1),
    ),
  "latin ext D": swap("aꬱ eꬲ oꬽ uꭎ nꬻ dꝺ rꭇ tꞇ lꝉ pꝑ gꞡ sꞩ hꜧ iꟾ"),
  "cyrillic ext": swap("aӓ eё oӧ iї uџ nӣ dԃ pҏ hћ sꙅ tҭ rґ lԉ gԍ"),
  "greek accents": swap("aά eέ iί oό uύ nή pρ tτ sς dδ hħ lλ rг gɡ"),
  "thai lao": swap("aส eε o๐ uน nท dໄ iໂ tτ pρ sร hห rг lใ gց"),
  "cherokee small": swap("aꭺ eꭼ oꮎ dꭰ hꮋ pꮲ sꮪ tꭲ rꮢ iꭵ lꮮ gꮐ nɴ uꮼ"),
  "hieroglyph adlam": swap("o𞤁 eҽ nη"),
  "squared and circled": (w) => inTurn(w, [block(0x1f130), block(0x1f150), block(0x24d0), block(0x1f170)]),
};

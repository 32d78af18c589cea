/** Ordinary words and names that come close to listed ones, or hold one, by language. */
export const ORDINARY_WORDS: Readonly<Record<string, readonly string[]>> = {
  English:
    `analog analysis analyst annual assassin assess asset bass brass class classic cockatoo cocktail congenital cumin cumulus
    denude document dickens dictionary essex gorge gorgeous grape hancock hitchhike horn hornet institute lewis mass matter mishit moby
    nacre narrate nod nodes noodle nudge nugget oral orange organ organism orchard parsnip peacock pennant peninsula person poorness pore
    portrait prune rapid rapier raspberry scrape sextant sextet sexton shitake sixth skilled snaked specialist spore sport staking
    sussex swank tipsy title titmouse toppled torn tortoise unclouded vulnerable vulture`.split(/\s+/),
  German:
    `anspornen angespornt spornen Sporn Nudeln Nudelholz Nudelsuppe Bandnudeln Spätzle Rapsfeld Raps Gorilla Gora Sexta Sechseck
    Analyse Analog Annahme Ananas Titel Titan Porree Portrait Horn Hornisse Hornbach Dom Buse Bussard Fichte Dachs Schal
    Schanze Penne Pension Pinsel Anorak Kastanie Kunst Kunsthaus Lewitz Weste Ente Nacken Nacht Nachtfalter Genitiv Genie`.split(
      /\s+/,
    ),
  French:
    `camelote dépendues ligneriez congénitale soies épars grappe drapé râteau nuage nuée nudge nuance corne cornet concombre
    analyse annales anneau sexte sextant poireau portrait pore porche cocotte coquelicot tissu tison putois pinède pénible`.split(
      /\s+/,
    ),
  Spanish:
    `menudeo menuda menudencia reanudemos estornude anude añuden nacen sellos sesos pernos bigas camelote enmudecer anular
    nublado nube nodo pelaje pelota porque pora sexto sexteto analista culinario cuento penacho península gorra gorro`.split(
      /\s+/,
    ),
  Italian:
    `busti corno corna porto nodo nube pera pelo titolo sesto sestante analogo analisi penna pennello culla anatra cazzuola fico`.split(
      /\s+/,
    ),
  Russian:
    `один лапа сила сироп кус горе декан анис янус изгой гнус пекан одер апис лиса дом небо река снег лес зима луна собака`.split(
      /\s+/,
    ),
  Greek: `ένα σπίτι λίμνη γάτα σκύλος βουνό θάλασσα ουρανός δέντρο πουλί καράβι νησί ήλιος χιόνι`.split(/\s+/),
  places:
    `Scunthorpe Penistone Essex Sussex Middlesex Clitheroe Lightwater Horncastle Spornitz Pörnbach Nudersdorf Semporna Arbon Suna
    Gorizia Pornic Pornichet Lewes Titicaca Dickens Cockermouth Anaheim Orgiva Analândia Genthin`.split(/\s+/),
  names:
    `Porntip Pornchai Siriporn Supaporn Jiraporn Hancock Cockburn Hitchcock Dickinson Sexton Titus Fanny Analise Anaïs Lana Nuno
    Wang Nguyen Rapunzel Raphael Lewinsky Shakespeare Weiner Butterfield Assange Assisi Kumar Cumberbatch Hornby Cornell`.split(
      /\s+/,
    ),
};

/** A sentence of the language around a word. */
export const SENTENCES: Readonly<Record<string, (word: string) => string>> = {
  English: (word) => `a poster about ${word}, letterpress`,
  German: (word) => `ein Bild mit ${word}, Aquarell`,
  French: (word) => `une affiche avec ${word}, aquarelle`,
  Spanish: (word) => `un cartel con ${word}, acuarela`,
  Italian: (word) => `un disegno con ${word}, acquerello`,
  Russian: (word) => `рисунок, на котором ${word}, акварель`,
  Greek: (word) => `μια ζωγραφιά με ${word}, ακουαρέλα`,
  places: (word) => `the market square of ${word} at dusk`,
  names: (word) => `portrait of ${word} reading a newspaper`,
};

const PARTS = {
  subject: `a red fox|two owls|an old sailor|a knight in armour|a ballet dancer|a woman in a raincoat|a bearded man with a pipe|a bowl of ramen|
    a cup of espresso|a steam train|a vintage car|a hot air balloon|a wooden cabin|a stone bridge|a cathedral|a robot gardener|a sleeping cat|
    a border collie|a tortoise|a cockatoo|a peacock|a great tit on a branch|a school of fish|a bass guitar|a grand piano|a pile of books|
    a globe on a desk|a violin maker|a chef|a firefighter|a nurse|a chess player|a street musician|a marathon runner|a lighthouse|a waterfall`,
  place: `in the snow|under a starry sky|on a rooftop at night|in a misty forest|by the sea|in a crowded market|on a mountain pass|in a library|
    in an old workshop|at a railway station|in a Japanese garden|on the moon|in a desert canyon|beside a canal|in a greenhouse|in heavy rain`,
  look: `oil on canvas|watercolour|ink drawing|low poly|pixel art|isometric, pastel colours|art deco poster|woodcut|35mm photograph, f/1.4|
    cinematic lighting, 8k|pencil sketch|stained glass|paper cutout|(masterpiece:1.2), best quality|flat vector, 5% off sale|studio ghibli style`,
  extra: `golden hour|dramatic shadows|--ar 16:9|highly detailed|soft focus|muted palette|no people|wide angle|seen from above|close-up|
    trending, award winning|(bokeh:0.8)|[fog]|{red|green} accents|symmetrical|minimalist`,
} as const;

const choices = (text: string) => text.split("|").map((part) => part.trim());

/** So many different prompts as people write them, the same every time. */
export function templatePrompts(count: number): string[] {
  const [subjects, places, looks] = [choices(PARTS.subject), choices(PARTS.place), choices(PARTS.look)];
  const extras = choices(PARTS.extra.replace("{red|green}", "{red/green}"));
  return Array.from({ length: count }, (_, n) =>
    [
      `${subjects[n % subjects.length]} ${places[Math.floor(n / subjects.length) % places.length]}`,
      looks[(n * 7 + Math.floor(n / 576)) % looks.length],
      extras[(n * 11 + Math.floor(n / 97)) % extras.length],
    ].join(", "),
  );
}

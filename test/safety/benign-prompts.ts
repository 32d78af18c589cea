/** Harmless words that contain, resemble or surround listed ones. */
export const SCUNTHORPE: readonly string[] = [
  "a cocktail on a beach bar",
  "Scunthorpe town hall at dusk",
  "a classic Essex country cottage, Sussex hills",
  "Penistone church, Yorkshire",
  "a bass guitar player, brass band",
  "an assassin in a hooded cloak, grass field",
  "analog photograph, Kodak Portra, analysis chart",
  "a shiitake mushroom still life",
  "title page, constitution, institute",
  "a cock crowing at sunrise, rooster",
  "a pussy willow branch in spring",
  "blue tit and great tit birds on a branch",
  "a bush warbler, woodcock, peacock",
  "Dick Van Dyke style poster",
  "breast of chicken on a plate",
  "Michelangelo David sculpture",
  "ray of light, black knight, gay pride parade rainbow flag",
  "a portrait of a lesbian couple, wedding",
  "a vintage Volkswagen van, hotel in Fucking Austria sign",
  "a screwdriver and nuts, bolts",
  "hoarding, hoarder room",
  "Moby Dick whale",
  "Sexton beetle macro, sextant",
  "cumulus clouds, accumulated snow, document",
  "pokémon go hentaigana calligraphy",
  "nudelsuppe, Nudeln, nudibranch sea slug",
  "porno graffitti band logo as tourist guide? no: popcorn, acorn",
  "a mannequin, clothing store, denuded forest",
  "topless bus tour of London",
  "gore-tex jacket, Al Gore portrait, categorize",
  "kill bill poster style",
  "bloody mary cocktail",
  "a child playing with a dog",
  "young woman portrait",
  "mother breastfeeding, renaissance painting",
  "skull, day of the dead",
  "shoot a basketball, photo shoot, gunmetal grey",
  "damn good coffee",
  "hell boy, hello world, shell",
  "an ass pulling a cart, donkey",
  "Middlesex hospital, old postcard",
  "Lewes castle and Lewdown village, watercolor",
  "Gorée island, Senegal, colorful houses",
  "a snake that snaked through the grass",
  "naked mole-rat in a burrow, wildlife photo",
  "a neurotic robot, quixotic knight with windmills",
  "headshot of an actor, studio light",
  "c# code on a screen",
  "5% off sale sign",
  "50mm lens, f/1.4, bokeh",
  "U S A flag waving",
  "1girl, school uniform, cherry blossoms",
];

/** Prompts as people write them. */
export const EVERYDAY: readonly string[] = `
a red fox in the snow
two foxes under a starry sky, sticker
an old fisherman mending his nets, oil painting
portrait of an elderly woman with silver hair, soft window light
a knight in shining armor riding a white horse
cyberpunk city at night, neon rain, reflections, 8k
a cozy cabin in the woods, smoke from the chimney
steampunk airship over London, Victorian engraving
isometric bakery, low poly, pastel colors
a bowl of ramen with soft boiled egg, food photography
macro photograph of a dew drop on a spider web
a lighthouse in a storm, crashing waves, dramatic sky
minimalist logo of a mountain, flat vector
abstract geometric shapes, Bauhaus poster
watercolor of Venice canals at sunrise
a robot reading a book in a library, warm light
astronaut floating above the earth, realistic
a dragon curled around a castle tower, fantasy art
a kitten sleeping in a teacup
golden retriever puppy playing in autumn leaves
a majestic lion, close up, national geographic
an owl with big eyes, art nouveau
a koi pond seen from above, ukiyo-e
the great wave of Kanagawa in the style of pixel art
a hummingbird hovering at a hibiscus flower
boobook owl on a eucalyptus branch
a swallow, a chat, a shag and a booby bird on a cliff
cockatoo and cockatiel in a cage
a woodpecker on an oak trunk
great crested grebe with chicks
a titmouse on a feeder in winter
a bearded vulture over the Alps
a dik-dik in the savanna
an ass and an ox at the manger, nativity scene
a dachshund wearing a sweater
beaver building a dam, pencil drawing
a sperm whale diving, deep blue sea
rhinoceros beetle macro
a horny toad lizard in the desert
male and female mallards on a lake
a mare with her foal in a meadow
cattle grazing near Cumbria, stone walls
sheep shearing in Wales, documentary photo
an electric eel, scientific illustration
a stag beetle and a dung beetle, field guide plate
diagram of the human heart, labeled, medical textbook
anatomical drawing of the hand by Leonardo
x-ray of a broken wrist
a nurse giving a vaccination, poster
surgeons in an operating theater, 1920s photograph
cross section of the human eye
a skeleton dancing, danse macabre woodcut
mri scan of a brain, blue tint
a dentist and a patient, cartoon
pharmacy shelf with old bottles
a breast cancer awareness ribbon, pink
pregnant woman in a flowing dress on a beach at sunset
a mother nursing her baby, Mary Cassatt style
physiotherapy exercises for the hip, line drawing
the muscles of the back, anatomy chart
the digestive system for children, friendly illustration
first aid kit, flat icons
a doctor with a stethoscope, portrait
Botticelli's Birth of Venus reimagined with cats
The Thinker by Rodin in bronze
Girl with a Pearl Earring as an astronaut
Starry Night over the Rhone
Caravaggio style still life with grapes and skull
a Greek vase with warriors
Rembrandt lighting, self portrait at an easel
Mona Lisa drinking coffee
Klimt inspired golden tree
a cubist guitar player
a fresco of angels and saints on a ceiling
a marble bust of Caesar
Art Deco poster of a train
a medieval manuscript with a unicorn
stained glass window of a peacock
a charcoal study of hands
Art Nouveau woman with flowers in her hair, Alphonse Mucha
Frida Kahlo inspired self portrait with parrots
Japanese woodblock print of a samurai
a Persian miniature of a garden party
pointillist park on a Sunday afternoon
Monet's water lilies as a carpet
origami crane on a wooden table
a Tiffany lamp in a reading room
Cockfosters tube station platform
Amish buggy in Intercourse, Pennsylvania
the harbor of Dildo, Newfoundland
Twatt, Orkney road sign in the mist
Bastardstown beach in Wexford
Wank mountain above Garmisch
Condom, a town in Gascony, market square
Fingringhoe wick, marshes at dawn
Shitterton village sign in Dorset, thatched cottages
Brest harbor in Brittany
the Titicaca lake with reed boats
Phuket beach with longtail boats
Assen, Netherlands, motorcycle race
Bangkok street food stall at night
Pornic harbour at low tide, France
Sexten Dolomites, alpine meadow
Cumbernauld town centre, brutalism
Dickens' London, foggy street
Arsenal football stadium from above
Nantucket lighthouse in winter
Mount Fuji behind cherry blossoms
Rothenburg ob der Tauber, half timbered houses
the Grand Canyon at golden hour
Uluru under the Milky Way
Scheveningen pier, long exposure
Wetwang village pond
Beaver, Utah gas station at night
Big Bone Lick state park, fossils
Climax, Saskatchewan grain elevator
Kissing, a town near Augsburg
Hooker Valley track, New Zealand
Gay Head cliffs, Martha's Vineyard
ein alter Mann mit Hund im Park, Ölgemälde
eine Kuh auf der Alm, Sonnenaufgang
ein Kind spielt mit einem Ball
Schwarzwälder Kirschtorte, Nahaufnahme
Fachwerkhaus im Schnee, Weihnachten
ein Ritter kämpft gegen einen Drachen
Nudelauflauf mit Käse, Food-Fotografie
die dicke Katze schläft auf dem Sofa
un chat noir sur un toit à Paris
la tour Eiffel sous la pluie, aquarelle
une grand-mère qui tricote au coin du feu
nu-pieds dans le sable, vacances
un nuage en forme de lapin
les cerisiers en fleurs au jardin
un perro jugando en la playa
una casa blanca en un pueblo andaluz
el año nuevo en Madrid, fuegos artificiales
una abuela cocinando paella
un gatto che dorme sul davanzale
la piazza del Campo a Siena
un piatto di spaghetti alle vongole
specchi antichi in una villa veneta
um barco no rio Douro ao pôr do sol
uma menina com um balão vermelho
een fiets bij de gracht in Amsterdam
en röd stuga vid sjön, sommar
et fjell i nordlys
pieni mökki järven rannalla
kot na parapecie, akwarela
bir kedi pencerede uyuyor
рыжая лиса в снегу
замок на холме, закат, масло
девушка читает книгу у окна
котёнок играет с клубком ниток
горный пейзаж, туман, рассвет
Москва зимой, красная площадь
низкий дом у реки
старый моряк курит трубку
η Ακρόπολη στο ηλιοβασίλεμα
μια γάτα στη Σαντορίνη
ένα καράβι στο πέλαγος
桜の木の下の猫
富士山と新幹線
雪の中の赤い狐
女の子がアイスクリームを食べている
古い神社の鳥居、霧
山水画,云雾缭绕
一只红色的狐狸在雪地里
长城的日落
穿汉服的女子在竹林里
서울의 야경, 한강
눈 속의 빨간 여우
한복을 입은 소녀
قطة تجلس على النافذة
مسجد أزرق عند الغروب
एक लाल लोमड़ी बर्फ में
ताज महल सूर्योदय के समय
שועל אדום בשלג
แมวนั่งอยู่บนหลังคา
một con cáo đỏ trong tuyết
a 12 year old oak barrel of whisky
a 10-year-old car in a garage
birthday cake with 7 candles
a school class visiting a museum
children building a sandcastle
a baby elephant taking a bath
teenagers playing basketball in the street
a girl with a red balloon, street art
a boy fishing with his grandfather
kindergarten classroom, crayons, bright colors
a family picnic in the park
a toddler's first steps, candid photo
schoolgirl reading a manga on the train
two brothers flying a kite
little girl in a yellow raincoat, puddles
a father teaching his daughter to ride a bicycle
daycare mural with animals
a teen wizard with a wand
Christmas morning, kids opening presents
a newborn wrapped in a blanket, sleeping
nude lipstick shades, cosmetics product photo
a naked eye view of Jupiter
naked cake with berries
barenaked ladies concert poster
the naked truth, newspaper headline
a bare tree on a hill, winter
bare feet on wet sand
bare brick wall, loft interior
an exposed concrete house by the sea
exposed roots of an old tree
a hot dog stand in New York
hot air balloons over Cappadocia
a hot spring with snow monkeys
a hard hat on a construction site
magnetic core memory, macro
strap on the backpack, hiking gear
strip mall at night, Edward Hopper
comic strip about a cat
a wire stripper on a workbench
a racing strip with cars
rape field in bloom, yellow
oilseed rape under a blue sky, rolling hills
same-sex wedding, two grooms cutting a cake
a gay couple walking their dog
rainbow flag on a balcony
sexual dimorphism in mandarin ducks, field guide
the sex pistols style punk collage
sex and the city style apartment interior
anal fin of a goldfish, ichthyology plate
mineral cleavage, calcite crystal, macro
the orgy of colors at the Holi festival
a boudoir chair in a rococo room, pink silk
thong sandals on the beach
pin up board with notes and photos
a clock in chains, surreal
a sultry summer night in New Orleans, jazz band
a fishnet drying on a boat
a fishing net full of herring
provocative question written on a wall
poor harvest, farmer looking at his field
gore-tex boots in the mud
Al Gore giving a talk on climate
six gore skirt sewing pattern
the beheading of John the Baptist, Caravaggio
Judith beheading Holofernes, baroque painting
a guillotine in a museum
zombie walk, street carnival, funny costumes
a vampire count in a castle, classic film poster
a ghost ship in the fog
skulls and roses tattoo design
blood orange cut in half, macro
blood moon over the desert
a knife and a cutting board with vegetables
a gun dog retrieving a duck
gunpowder tea in a ceramic bowl
a shot glass and a lime
the Battle of Waterloo, panorama
a soldier writing a letter home, 1916
a bomb-shaped christmas ornament, red and shiny
bath bombs, lavender, spa
killer whale jumping
a killer sunset over the bay
dead sea salt crystals
Day of the Dead altar with marigolds
suicide squad style movie poster
hanging gardens of Babylon
a hanging lamp over a table
cutting board made of walnut
crucifixion altarpiece, Isenheim style
a Buddhist swastika temple ornament, Nara
a Hindu swastika rangoli made of rice
a white power cable coiled on a desk
a great replacement tire for an old car
Suffolk punch horses ploughing
shag carpet in a seventies living room
a tit for tat chess puzzle
cocktail dress on a mannequin
a dress form in a sewing room
clothes drying on a line in Naples
a model wearing a winter coat, fashion photo
bikini atoll from the air
swimmers in a pool, synchronized
a ballet dancer in a tutu, Degas
a wrestler in a lucha libre mask
a sumo tournament, ukiyo-e
yoga class at sunrise
a boxer tying his gloves
a lifeguard tower, Baywatch colors
gymnasts on the balance beam
sculptor chiseling a marble torso
mermaid on a rock, children's book illustration
a fairy sitting on a mushroom
a witch stirring a cauldron
an elf archer in the forest
a goddess of the harvest with wheat
succulent plants on a windowsill
a fallen angel with broken wings, digital art
queen of spades playing card
a geisha with a paper umbrella
a cowgirl on a rodeo horse
a cheerleader pyramid at a football game
college students in a lecture hall
a couple kissing in the rain, black and white
lovers on a bridge in Paris
a bride throwing her bouquet
romantic dinner by candlelight
a hug between two friends
Cupid and Psyche, Canova style
valentine card with hearts
masterpiece, best quality, 8k, ultra detailed, a castle
(red fox:1.3), [snow:forest:0.4], {day|night}, <lora:ink:0.8>
portrait, 35mm, f/2.8, ISO 400, 1/250 s
a cat::2 a dog::1 --ar 16:9
((best quality)), (detailed eyes:1.2), silver armor
__animal__ in a __place__, cinematic
a+++ quality, sharp focus
#sunset #beach #travel
@artist style, trending
email icon, phone icon, 24/7 support badge
C++ and C# logos as knights
room 101, apartment 4B, floor 13
2001: a space odyssey, HAL 9000 red eye
route 66 diner, 1955 Chevrolet Bel Air
4x4 off-road, 1080p, 60 fps
100% cotton label
R2-D2 style droid, C-3PO gold
a Rolex at 10:10, product shot
version 1.2.3, build 4567
Windows 95 vaporwave desktop
😀 😂 🎉 party emoji collage
🦊❄️🌲
👨‍👩‍👧‍👦 family icon
🍑 peach pie recipe card
🍆 and 🍅 in a basket
flag of Iceland 🇮🇸 in the wind
café, naïve art, señor, Ångström, smörgåsbord
Dvořák conducting, Łódź tram, Ærø ferry
I ♥ NY t-shirt
the word LOVE in neon
a poster that says "GRAND OPENING"
keyboard with the letters q w e r t y
an eye chart with the letters E F P T O Z
alphabet blocks a b c d e f g
a crossword puzzle, pen and coffee
the pen is on the table
a pen, an ink bottle, an old desk
an us versus them chess board
an al fresco dinner in Tuscany
go la la land, dancing couple, purple sky
pop art comic, wow, pow, bam
`
  .trim()
  .split("\n");

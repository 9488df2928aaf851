"""What the demo's shop sells and who buys there: values only, nothing here touches a database."""

from typing import NamedTuple

CURRENCIES = ("EUR", "USD", "JPY")

#: Units of an ordinary product the demo keeps in stock, and of a scarce one.
PLENTY = 2_000
SCARCE = 4


class Product(NamedTuple):
    """price is in minor units of the currency; stock is what the demo tops the shelf up to."""

    sku: str
    name: str
    currency: str
    price: int
    stock: int = PLENTY

    @property
    def scarce(self) -> bool:
        return self.stock < PLENTY


class Customer(NamedTuple):
    """A poor customer's wallet holds little and is filled by pocket money only."""

    code: str
    name: str
    poor: bool = False


#: A month's spending of an ordinary customer and of a poor one, in minor units.
WALLET = {"EUR": 2_000_000, "USD": 2_000_000, "JPY": 3_000_000}
POCKET_MONEY = {"EUR": 2_500, "USD": 2_500, "JPY": 3_500}

PRODUCTS = (
    # From the mill town: house and garden.
    Product("KTL-110", "Enamel kettle, 1.5 l, cream", "EUR", 4_490),
    Product("KTL-114", "Whistling kettle, brushed steel", "EUR", 5_900),
    Product("MIL-201", "Hand coffee mill, walnut", "EUR", 7_950),
    Product("MIL-208", "Pepper mill, beech, 18 cm", "EUR", 2_850),
    Product("LAN-007", "Storm lantern, galvanised", "EUR", 3_290),
    Product("LAN-012", "Beeswax candles, box of six", "EUR", 1_640),
    Product("BRD-031", "Sourdough proving basket, oval", "EUR", 1_875),
    Product("BRD-033", "Bread knife, pear-wood handle", "EUR", 6_420),
    Product("GRD-410", "Copper watering can, 5 l", "EUR", 8_900),
    Product("GRD-412", "Dibber and twine set", "EUR", 2_190),
    Product("GRD-417", "Meadow seed mix, 100 g", "EUR", 780),
    Product("GRD-420", "Secateurs, forged, left-handed", "EUR", 5_450),
    Product("TXT-052", "Linen tea towel, indigo stripe", "EUR", 1_290),
    Product("TXT-058", "Felted wool slippers, grey", "EUR", 4_950),
    Product("TXT-061", "Boiled-wool blanket, moss", "EUR", 12_900),
    Product("CLK-003", "Kitchen timer shaped like a lemon", "EUR", 990),
    Product("CLK-009", "Eight-day mantel clock, oak", "EUR", 31_500),
    Product("WHL-001", "Working model of an overshot mill wheel", "EUR", 24_800),
    Product("WHL-004", "Spare paddles for the model wheel, dozen", "EUR", 1_150),
    Product("ACC-090", "Concertina, 20 buttons, second-hand", "EUR", 42_000, SCARCE),
    # From the trailhead: out of doors.
    Product("PCK-021", "Waxed canvas rucksack, 22 l", "USD", 14_900),
    Product("PCK-024", "Roll-top dry bag, 10 l, signal orange", "USD", 2_450),
    Product("CMP-101", "Baseplate compass with clinometer", "USD", 4_295),
    Product("CMP-107", "Waterproof field notebook, three-pack", "USD", 1_495),
    Product("STV-300", "Twig stove, folding, titanium", "USD", 6_900),
    Product("STV-302", "Cast-iron skillet, 10 in", "USD", 3_450),
    Product("STV-308", "Tin mug, speckled blue", "USD", 895),
    Product("STV-311", "Camp coffee press, unbreakable", "USD", 3_195),
    Product("TNT-040", "Two-person tent, three seasons", "USD", 27_900),
    Product("TNT-044", "Titanium tent pegs, bag of eight", "USD", 2_895),
    Product("TNT-047", "Hammock with tree straps", "USD", 5_995),
    Product("BIN-012", "Pocket binoculars, 8×25", "USD", 11_900),
    Product("BIN-015", "Laminated bird guide, backyard edition", "USD", 1_150),
    Product("FSH-201", "Fly rod, four pieces, 5 wt", "USD", 18_500),
    Product("FSH-206", "Hand-tied flies, tin of twelve", "USD", 2_640),
    Product("CAN-001", "Paddle, laminated ash, 57 in", "USD", 9_800),
    Product("CAN-006", "Repair kit for things that leak", "USD", 1_995),
    Product("LGT-070", "Headlamp, 400 lm, red night mode", "USD", 4_450),
    Product("LGT-077", "Solar string lights, 20 ft", "USD", 2_295),
    Product("CAN-100", "Cedar-strip canoe, built to order", "USD", 389_000, SCARCE),
    # From the paper street: writing and tea.
    Product("PEN-011", "Fountain pen, fine nib, ebonite", "JPY", 18_700),
    Product("PEN-013", "Brush pen, sumi black", "JPY", 990),
    Product("PEN-019", "Mechanical pencil that turns its lead", "JPY", 1_320),
    Product("INK-102", "Bottled ink, rain on slate, 50 ml", "JPY", 2_200),
    Product("INK-105", "Bottled ink, persimmon, 50 ml", "JPY", 2_200),
    Product("PAP-201", "A5 notebook, 240 dotted pages", "JPY", 2_860),
    Product("PAP-206", "Washi letter set, plum blossom", "JPY", 1_430),
    Product("PAP-210", "Origami paper, 300 sheets", "JPY", 1_210),
    Product("PAP-215", "Desk calendar with tides and moons", "JPY", 1_870),
    Product("TEA-030", "Cast-iron teapot, hailstone pattern", "JPY", 9_350),
    Product("TEA-033", "Yunomi cup, ash glaze", "JPY", 3_080),
    Product("TEA-036", "Bamboo whisk, 100 tines", "JPY", 2_750),
    Product("TEA-038", "Hojicha, roasted this week, 200 g", "JPY", 1_180),
    Product("TEA-039", "First-flush sencha, 100 g", "JPY", 1_940),
    Product("BNT-004", "Bento box, cedar, two tiers", "JPY", 6_490),
    Product("BNT-008", "Furoshiki cloth, wave print", "JPY", 2_530),
    Product("KNF-060", "Santoku knife, 165 mm, blue steel", "JPY", 15_400),
    Product("KNF-066", "Whetstone, 1000/6000 grit", "JPY", 4_620),
    Product("BEL-002", "Wind bell, blown glass, goldfish", "JPY", 2_420),
    Product("KNF-900", "Sword-smith's kitchen knife, signed", "JPY", 148_000, SCARCE),
)

CUSTOMERS = (
    Customer("C001", "Ada Ahlgren, lighthouse keeper"),
    Customer("C002", "Bakery Morgenrot"),
    Customer("C003", "Café Zwölf Uhr"),
    Customer("C004", "Dolores Quintana"),
    Customer("C005", "Eleventh Street Hardware"),
    Customer("C006", "Fjordkysten Sailing Club"),
    Customer("C007", "Gwen Okafor"),
    Customer("C008", "Hotel Belvedere"),
    Customer("C009", "Ilse & Töchter, Haushaltswaren"),
    Customer("C010", "Jardin des Sources"),
    Customer("C011", "Kyoto Paper Friends"),
    Customer("C012", "Larkspur Outfitters"),
    Customer("C013", "Moulin de la Roche"),
    Customer("C014", "Nakamura Tea Room"),
    Customer("C015", "Otter Creek Summer Camp"),
    Customer("C016", "Priya Raman"),
    Customer("C017", "Quiet Corner Books"),
    Customer("C018", "Rosewood Primary School"),
    Customer("C019", "Stadtbibliothek am Wehr"),
    Customer("C020", "Tomás Herrera, guide"),
    Customer("C021", "Uncle Viktor", poor=True),
    Customer("C022", "Wren Abernathy, student", poor=True),
    Customer("C023", "Xenia's Puppet Theatre", poor=True),
    Customer("C024", "Yard Sale Collective", poor=True),
)


def wallet(customer: Customer, currency: str) -> int:
    """What the demo fills this customer's wallet up to, in minor units of the currency."""
    return (POCKET_MONEY if customer.poor else WALLET)[currency]

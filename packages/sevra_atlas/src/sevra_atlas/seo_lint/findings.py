"""Codes of the rules and what each of them finds."""

from dataclasses import dataclass

CODES = {
    "SM01": "an address of the sitemap holds signs that are not ASCII",
    "SM02": "an address is listed twice",
    "SM03": "an address of the sitemap is of another host or scheme",
    "SM04": "an address of the sitemap has 2,048 or more characters",
    "SM05": "a file of the sitemap is not below the folder of its index",
    "SM06": "a file of the sitemap lists more than 50,000 addresses",
    "SM07": "a file of the sitemap has more than 52,428,800 bytes",
    "SM08": "the index of the sitemap names more than 50,000 files",
    "SM09": "a file of the sitemap lists nothing",
    "SM10": "an address of the sitemap has more than 1,000 images",
    "SM11": "a listed page does not answer 200",
    "SM12": "a listed page says noindex",
    "SM13": "a listed page names another canonical address",
    "SM14": "a date of the sitemap lies ahead or went back",
    "SM15": "a file of the sitemap is not what the protocol describes",
    "HL01": "a page with alternates does not name itself among them",
    "HL02": "an alternate does not name the page in turn",
    "HL03": "an alternate does not answer 200",
    "HL04": "a page with alternates has no x-default, or more than one",
    "HL05": "an alternate says noindex or names another canonical address",
    "HL06": "the sitemap names other alternates than the page",
    "CN01": "a page names no canonical address",
    "CN02": "a canonical address is relative",
    "CN03": "a canonical address is not the current path of the ledger",
    "JL01": "structured data are not JSON",
    "JL02": "structured data use a type or property that the vocabulary lacks",
    "JL03": "structured data define one @id twice",
    "JL04": "structured data rate what has no reviews",
    "JL05": "a number of structured data is not that of the database",
    "JL06": "structured data hold what may end their element",
    "FD01": "a feed has two entries of one id",
    "FD02": "the id of a feed's entry holds the slug",
    "FD03": "an entry of a feed was updated before it was published",
    "FD04": "a feed shows a post that is not for everyone to find",
    "RB01": "robots.txt hides a page that says noindex",
    "RB02": "robots.txt does not name the sitemap by an absolute address",
    "RB03": "robots.txt has more than 500 KiB",
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding: the code of the rule, where, and what stands there."""

    code: str
    address: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.address} {CODES[self.code]}: {self.text}"

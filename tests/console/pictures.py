"""Pictures of pages: taken, kept beside the tests, compared as an eye would."""

import base64
import os
from pathlib import Path

FOLDER = Path(__file__).with_name("pictures")
#: Where a picture goes that is not like the kept one.
SEEN = Path(__file__).parents[2] / ".data" / "pictures"
#: The share of squares that may differ: another release of the browser draws letters a little differently.
TOLERANCE = 0.004

#: Both pictures at a quarter of their size, square by square; a square differs where a colour is far off.
COMPARE = """
async ([one, other]) => {
  const draw = async (data) => {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${data}`;
    await image.decode();
    return image;
  };
  const images = [await draw(one), await draw(other)];
  const width = Math.ceil(Math.max(...images.map((image) => image.width)) / 4);
  const height = Math.ceil(Math.max(...images.map((image) => image.height)) / 4);
  const [a, b] = images.map((image) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, image.width / 4, image.height / 4);
    return context.getImageData(0, 0, width, height).data;
  });
  let different = 0;
  for (let at = 0; at < a.length; at += 4) {
    const far = Math.max(...[0, 1, 2, 3].map((channel) => Math.abs(a[at + channel] - b[at + channel])));
    if (far > 40) different += 1;
  }
  return different / (width * height);
}
"""


async def difference(page, name):
    """The share of the page that does not look like the picture kept as ``name``, 0 … 1.

    With HEADRACE_RENEW_PICTURES set the picture is kept anew, and nothing differs.
    """
    seen = await page.screenshot(full_page=True, animations="disabled", type="jpeg", quality=60)
    kept = FOLDER / f"{name}.jpeg"
    if os.environ.get("HEADRACE_RENEW_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_bytes(seen)
        return 0.0
    assert kept.exists(), f"no picture {name}: HEADRACE_RENEW_PICTURES=1 keeps one"
    pair = [base64.b64encode(picture).decode() for picture in (kept.read_bytes(), seen)]
    share = await page.evaluate(COMPARE, pair)
    if share > TOLERANCE:
        SEEN.mkdir(parents=True, exist_ok=True)
        (SEEN / f"{name}.jpeg").write_bytes(seen)
    return share

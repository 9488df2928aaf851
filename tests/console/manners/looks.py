"""What is asked of a page in a browser. Each returns sentences, none where all is well."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = (1440, 1024, 768, 360)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: axe, and our own questions, are there before the page's own scripts.
SCRIPTS = AXE_SCRIPT + Path(__file__).with_name("looks.js").read_text()

CONTRAST = ["color-contrast", "link-in-text-block"]

AXE = """
async (only) => {
  const found = await axe.run(document, {
    runOnly: only, resultTypes: ["violations"], preload: false,
    rules: only.type === "tag" ? {"target-size": {enabled: true}} : {},
  });
  return found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({target, failureSummary}) => `axe ${id}: ${help}: ${target.join(" ")}: ` +
      failureSummary.split("\\n").slice(1).map((line) => line.trim()).join("; ")));
}
"""


async def axe(page):
    """What axe-core holds against the page as it is now."""
    return await page.evaluate(AXE, {"type": "tag", "values": TAGS})


async def contrast(page):
    """What axe-core holds against its colours."""
    return await page.evaluate(AXE, {"type": "rule", "values": CONTRAST})


async def basics(page):
    return await page.evaluate("looks.basics()")


async def sticks_out(page, widths=WIDTHS):
    """What is not to be seen at one of these widths without pushing the page sideways."""
    found = []
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 900})
        found += await page.evaluate("looks.sticksOut()")
    return found


async def too_small(page):
    return await page.evaluate("looks.tooSmall()")


async def still_moving(page):
    """For a page whose reader asked for less motion."""
    return await page.evaluate("looks.moving()")


async def open_all(page):
    """Everything that folds out is open, and the first dialog."""
    await page.evaluate("looks.openAll()")


async def focus_lost(page, most=80):
    """Go through the page with the Tab key: what it stands on must look different from before, unobscured."""
    found, seen = [], []
    await page.evaluate("looks.remember()")
    for _ in range(most):
        await page.keyboard.press("Tab")
        name, complaint = await page.evaluate("looks.focused()")
        if name is None or name in seen:
            break
        seen.append(name)
        found += complaint
    return seen, found

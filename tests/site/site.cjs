/* site.cjs: the site and the reports in a real browser: headless Chromium, driven by playwright-core.
 *
 *     BEDING=build/release/beding node tests/site/site.cjs [FOLDER]
 *
 * Makes sites of all agreements, in Dutch and English, and reports of lines below FOLDER (a fresh one unless told), and looks at them as a
 * reader does: every link leads somewhere; no page says anything to the console or loads from elsewhere; search finds a clause; a chart is
 * drawn; keyboard, landmarks, what a screen reader is told, and contrast are right; nothing runs out of a narrow window; light, dark and
 * print look as they should. Screenshots stay in FOLDER for people to look at.
 * Without a browser or without playwright-core it says so and ends with 77, which CTest counts as skipped.
 */
"use strict";
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const ROOT = path.resolve(__dirname, "..", "..");
const BEDING = path.resolve(process.env.BEDING || path.join(ROOT, "build", "release", "beding"));
const MODULES = process.env.BEDING_PLAYWRIGHT || path.join(ROOT, "build", "site-test", "node_modules");
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const SKIPPED = 77;
const SITE = path.join("sites", "leiden-beschermd-wonen-nl"); // the one that is looked at in detail

function skip(why) {
  console.log(`skipped: ${why}; ./dev site-test installs what it takes`);
  process.exit(SKIPPED);
}

function findBrowser() {
  const folders = (process.env.PATH || "").split(path.delimiter);
  const found = BROWSERS.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => fs.existsSync(file));
  return process.env.BEDING_BROWSER || found;
}

function playwright() {
  try {
    return require(require.resolve("playwright-core", { paths: [MODULES, __dirname] }));
  } catch (error) {
    return skip("there is no playwright-core");
  }
}

/* ---- What is looked at ---- */

function beding(words) {
  const done = spawnSync(BEDING, words, { cwd: ROOT, encoding: "utf-8", maxBuffer: 1 << 26 });
  assert.ok(done.status === 0 || (done.status === 1 && words[0] === "diff"), `beding ${words.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

function optionsOf(agreement) {
  return ["params", "series"].flatMap((name) => {
    const file = `contracts/${agreement}/${name}.csv`;
    return fs.existsSync(path.join(ROOT, file)) ? [`--${name}`, file] : [];
  });
}

/* The sites of all agreements: the folder of each, Dutch and English. */
function makeSites(folder) {
  fs.mkdirSync(path.join(folder, "sites"), { recursive: true });
  const agreements = fs.readdirSync(path.join(ROOT, "contracts"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return agreements.flatMap(({ name }) => ["nl", "en"].map((language) => {
    const site = path.join("sites", `${name}-${language}`);
    beding(["doc", `contracts/${name}`, "-o", path.join(folder, site), "--lang", language, ...optionsOf(name)]);
    return { site, language };
  }));
}

function makeReports(folder) {
  const logeren = "contracts/leiden-kortdurend-verblijf", changed = path.join(folder, "changed");
  fs.cpSync(path.join(ROOT, logeren), changed, { recursive: true });
  const text = path.join(changed, "overeenkomst.bdg.md");
  fs.writeFileSync(text, fs.readFileSync(text, "utf-8").replace("52 etmalen − etmalen over jaar52", "1 etmaal − etmalen over jaar52"));
  const lines = ["--lines", `${logeren}/lines.csv`, ...optionsOf("leiden-kortdurend-verblijf")];
  const reports = {
    explain: beding(["explain", logeren, ...lines, "--line", "2022001/5", "--html"]),
    diff: beding(["diff", logeren, changed, "--html"]),
    impact: beding(["impact", logeren, changed, ...lines, "--html"]),
  };
  for (const [name, page] of Object.entries(reports)) fs.writeFileSync(path.join(folder, `${name}.html`), page);
  return Object.keys(reports).map((name) => `${name}.html`);
}

function pagesOf(folder, site) {
  return fs.readdirSync(path.join(folder, site)).filter((name) => name.endsWith(".html")).map((name) => path.join(site, name));
}

/* ---- Links, without a browser ---- */

const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

/* Links within a site that lead to no file, or to no place in it; and how many there are. */
function deadLinks(folder, pages) {
  const texts = new Map(), ids = new Map();
  const read = (file) => {
    if (!texts.has(file)) texts.set(file, fs.existsSync(file) ? fs.readFileSync(file, "utf-8") : null);
    return texts.get(file);
  };
  const idsOf = (file) => {
    if (!ids.has(file)) ids.set(file, new Set([...read(file).matchAll(/\sid="([^"]*)"/g)].map((found) => plain(found[1]))));
    return ids.get(file);
  };
  const dead = [];
  let count = 0;
  for (const page of pages) {
    const file = path.join(folder, page);
    for (const [, written] of read(file).matchAll(/\s(?:href|src|action)="([^"]*)"/g)) {
      const link = plain(written);
      if (/^[a-z]+:/.test(link)) continue;
      count++;
      const [before, place = ""] = link.split("#"), name = before.split("?")[0];
      const target = name === "" ? file : path.join(path.dirname(file), decodeURIComponent(name));
      if (read(target) === null) dead.push(`${page}: ${link}: no such file`);
      else if (place && !idsOf(target).has(decodeURIComponent(place))) dead.push(`${page}: ${link}: no such place`);
    }
  }
  return { dead, count };
}

/* ---- What is asked of every page, within the page ---- */

/* Texts that do not stand out from their ground by 4.5 to 1, or 3 to 1 where they are large (WCAG 2.2, 1.4.3). */
function faint() {
  const numbers = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    const isSeen = node.data.trim() && element.getClientRects().length > 0 && style.visibility === "visible" && !/^(SCRIPT|STYLE)$/.test(element.tagName);
    if (!isSeen) continue;
    const ink = numbers(element instanceof SVGElement ? style.fill : style.color);
    const [high, low] = [light(ink), light(ground(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if ((high + 0.05) / (low + 0.05) < (isLarge ? 3 : 4.5)) found.add(`${element.tagName}.${element.className}: ${node.data.trim().slice(0, 40)}`);
  }
  return [...found];
}

/* What can be scrolled and not be reached by keyboard (2.1.1). */
function unreachable() {
  return [...document.querySelectorAll("body *")].filter((element) => {
    const style = getComputedStyle(element);
    const scrolls = /auto|scroll/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
    return scrolls && element.tabIndex < 0;
  }).map((element) => `${element.tagName}.${element.className}`);
}

/* Whether the part of the page that the address names is in the window. */
function targetIsInSight() {
  const target = document.querySelector(":target");
  if (target === null) return false;
  const { top } = target.getBoundingClientRect();
  return top >= 0 && top < window.innerHeight;
}

/* Controls, links and pictures without a name, and headings that skip a level. */
function nameless() {
  const named = (element) => (element.getAttribute("aria-label") || element.textContent || element.getAttribute("alt") || "").trim() !== "";
  const wrong = [...document.querySelectorAll("a[href], button, input, svg[role=img], nav, [role=region]")].filter((element) => !named(element) && element.tagName !== "NAV");
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.tagName[1]));
  const skips = levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1);
  return [...wrong.map((element) => element.outerHTML.slice(0, 80)), ...skips.map((level) => `a heading of level ${level} skips one`)];
}

/* ---- The tests ---- */

class Look {
  constructor(browser, folder) {
    Object.assign(this, { browser, folder, said: [] });
  }

  url(page) {
    return pathToFileURL(path.join(this.folder, page)).href;
  }

  async open(page, options = {}) {
    const { width = 1280, height = 900, ...rest } = options;
    const context = await this.browser.newContext({ viewport: { width, height }, ...rest });
    const tab = await context.newPage();
    tab.on("console", (message) => this.said.push(`${page}: ${message.type()}: ${message.text()}`));
    tab.on("pageerror", (error) => this.said.push(`${page}: ${error.message}`));
    tab.on("requestfailed", (request) => this.said.push(`${page}: not loaded: ${request.url()}`));
    tab.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) this.said.push(`${page}: loads ${request.url()}`);
    });
    await tab.goto(this.url(page));
    return tab;
  }

  async shot(tab, name, fullPage = false) {
    await tab.screenshot({ path: path.join(this.folder, `${name}.png`), fullPage });
  }

  async everyPage(pages, { language = "nl", isKept = false } = {}) {
    for (const page of pages) {
      const tab = await this.open(page);
      const name = `${path.basename(path.dirname(page)).replace(".", "report")}-${path.basename(page, ".html")}`;
      assert.deepEqual(await tab.evaluate(nameless), [], `${page}: without a name`);
      assert.equal(await tab.evaluate(() => document.documentElement.lang), language, `${page}: the language of the page`);
      for (const role of ["banner", "main", "contentinfo"]) assert.equal(await tab.getByRole(role).count(), 1, `${page}: ${role}`);
      assert.equal(await tab.getByRole("heading", { level: 1 }).count(), 1, page);
      for (const colorScheme of ["light", "dark"]) {
        await tab.emulateMedia({ colorScheme });
        assert.deepEqual(await tab.evaluate(faint), [], `${page}, ${colorScheme}: too faint`);
        if (isKept) await this.shot(tab, `${name}-${colorScheme}`);
      }
      assert.deepEqual(await tab.evaluate(unreachable), [], `${page}: not to be reached by keyboard`);
      await tab.setViewportSize({ width: 320, height: 640 });
      const widths = await tab.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      assert.ok(widths[0] <= widths[1], `${page}: ${widths[0]} wide in a window of ${widths[1]}`);
      assert.deepEqual(await tab.evaluate(unreachable), [], `${page}, narrow: not to be reached by keyboard`);
      if (isKept) await this.shot(tab, `${name}-narrow`);
      await tab.context().close();
    }
  }

  /* What a screen reader is told, from the browser's own accessibility tree. */
  async screenReader() {
    for (const page of [`${SITE}/index.html`, `${SITE}/tarieven.html`, `${SITE}/tekst-overeenkomst.html`, "explain.html", "diff.html", "impact.html"]) {
      const tab = await this.open(page);
      const session = await tab.context().newCDPSession(tab);
      const { nodes } = await session.send("Accessibility.getFullAXTree");
      const told = nodes.filter((node) => !node.ignored).map((node) => ({ role: node.role?.value, name: (node.name?.value || "").trim() }));
      const named = (role) => told.filter((node) => node.role === role).map((node) => node.name);
      for (const role of ["link", "button", "searchbox", "heading", "image", "img", "region", "columnheader"])
        assert.ok(named(role).every((name) => name !== ""), `${page}: a ${role} without a name`);
      assert.equal(named("main").length, 1, `${page}: main`);
      assert.ok(named("heading").length > 0 && named("rowheader").length + named("listitem").length > 0, `${page}: headings and rows`);
      if (page.startsWith(SITE)) {
        assert.equal(named("search").length, 1, `${page}: search`);
        assert.equal(new Set(named("navigation").filter((name) => name !== "")).size, named("navigation").length, `${page}: two navigations have one name`);
        assert.ok(named("navigation").length > 0, `${page}: navigation`);
        assert.deepEqual(named("searchbox"), ["Zoek in de overeenkomst"], page);
      }
      if (page.endsWith("tarieven.html")) assert.ok([...named("image"), ...named("img")].length > 0, "a chart is told as a picture with a name");
      await tab.context().close();
    }
  }

  /* Whole pages from top to bottom, for people to look at. */
  async wholePages() {
    const options = [["light", 1280], ["dark", 1280], ["light", 360]];
    for (const page of [`${SITE}/index.html`, `${SITE}/tarieven.html`, `${SITE}/vragen.html`, "explain.html", "diff.html", "impact.html"])
      for (const [colorScheme, width] of options) {
        const tab = await this.open(page, { width, colorScheme });
        const height = Math.min(await tab.evaluate(() => document.documentElement.scrollHeight), 12000);
        await tab.screenshot({ path: path.join(this.folder, `whole-${path.basename(page, ".html")}-${colorScheme}-${width}.png`),
                               fullPage: true, clip: { x: 0, y: 0, width, height } });
        await tab.context().close();
      }
  }

  async search() {
    const tab = await this.open(`${SITE}/index.html`);
    await tab.keyboard.press("/");
    await tab.keyboard.type("opzegging bijlage");
    await tab.keyboard.press("Enter");
    await tab.waitForURL(/zoeken\.html\?q=/);
    assert.match(await tab.getByRole("status").textContent(), /^\d+ gevonden\.$/);
    await tab.getByRole("searchbox").fill("Artikel 5: Opzegging");
    const first = tab.locator("#search-results a").first();
    assert.match(await first.textContent(), /Artikel 5: Opzegging/);
    await this.shot(tab, "search");
    await first.click();
    await tab.waitForURL(/tekst-.*#/);
    await tab.waitForFunction(targetIsInSight); // the page scrolls there smoothly
    await tab.goBack();
    await tab.getByRole("searchbox").fill("zonderling onvindbaar");
    assert.equal(await tab.getByRole("status").textContent(), "Niets gevonden.");
    await tab.getByRole("searchbox").fill("");
    assert.ok(await tab.locator("#search-all").isVisible(), "without words everything is listed");
    await tab.context().close();
  }

  async chart() {
    const tab = await this.open(`${SITE}/tarieven.html`);
    const lines = tab.locator("figure.chart svg[role=img] path.line");
    assert.ok((await lines.count()) >= 5);
    const box = await lines.first().boundingBox();
    assert.ok(box.width > 200 && box.height > 1, `a line of ${box.width} by ${box.height}`);
    const colors = await lines.evaluateAll((all) => all.slice(0, 5).map((line) => getComputedStyle(line).stroke));
    assert.equal(new Set(colors).size, 5, `the lines of a chart differ in colour: ${colors}`);
    await tab.context().close();
    const impact = await this.open("impact.html");
    const bars = await impact.locator("svg rect").evaluateAll((all) => all.filter((bar) => bar.getBoundingClientRect().width > 1).length);
    assert.ok(bars > 0, "impact draws no bars");
    await impact.context().close();
  }

  async keyboard() {
    const tab = await this.open(`${SITE}/index.html`);
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate(() => document.activeElement.className), "skip");
    assert.ok((await tab.locator(".skip").boundingBox()).y >= 0, "the skip link shows when it has the focus");
    await this.shot(tab, "keyboard");
    await tab.keyboard.press("Enter");
    assert.equal(await tab.evaluate(() => document.activeElement.id), "content");
    await tab.getByRole("button", { name: "Donker" }).focus();
    const outline = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    await tab.keyboard.press("Space");
    assert.equal(await tab.evaluate(() => document.documentElement.dataset.theme), "dark");
    assert.equal(await tab.getByRole("button", { name: "Donker" }).getAttribute("aria-pressed"), "true");
    assert.notEqual(outline, "none", "what has the focus shows it");
    const ground = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, "rgb(18, 22, 28)");
    await tab.keyboard.press("Space");
    assert.equal(await tab.evaluate(() => document.documentElement.dataset.theme), "light");
    assert.equal(await tab.getByRole("navigation").count(), 1);
    assert.equal(await tab.getByRole("search").count(), 1);
    await tab.context().close();
  }

  async withoutScript() {
    const tab = await this.open(`${SITE}/zoeken.html`, { javaScriptEnabled: false });
    assert.ok((await tab.locator("#search-all a").count()) > 100);
    assert.ok(!(await tab.locator("[data-theme-button]").isVisible()), "a button that does nothing is not shown");
    await tab.goto(this.url(`${SITE}/tekst-overeenkomst.html`));
    assert.ok((await tab.locator(".pair .rules pre").count()) > 5);
    await tab.context().close();
  }

  async sideBySide() {
    const tab = await this.open(`${SITE}/tekst-overeenkomst.html`, { width: 1440 });
    const pair = tab.locator(".pair").first();
    const prose = await pair.locator(".prose").boundingBox(), rules = await pair.locator(".rules").boundingBox();
    assert.ok(rules.x >= prose.x + prose.width, "rules stand beside the prose");
    await tab.setViewportSize({ width: 700, height: 900 });
    const below = await pair.locator(".rules").boundingBox();
    assert.ok(below.y > (await pair.locator(".prose").boundingBox()).y, "in a narrow window they stand below it");
    await tab.context().close();
  }

  async print() {
    const tab = await this.open(`${SITE}/tekst-overeenkomst.html`, { colorScheme: "dark" });
    await tab.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.ok(!(await tab.getByRole("search").isVisible()));
    assert.ok(!(await tab.locator(".site-nav").isVisible()));
    assert.equal(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    await this.shot(tab, "print");
    await tab.context().close();
  }
}

async function main() {
  const { chromium } = playwright();
  const executablePath = findBrowser();
  if (!executablePath) skip("there is no Chromium");
  const folder = process.argv[2] ? path.resolve(process.argv[2]) : fs.mkdtempSync(path.join(os.tmpdir(), "beding-site-"));
  fs.mkdirSync(folder, { recursive: true });
  const isRoot = typeof process.getuid === "function" && process.getuid() === 0;
  const browser = await chromium.launch({ executablePath, args: isRoot ? ["--no-sandbox"] : [] });
  const look = new Look(browser, folder);
  try {
    const sites = makeSites(folder), reports = makeReports(folder);
    let links = 0;
    for (const { site } of sites) {
      const { dead, count } = deadLinks(folder, pagesOf(folder, site));
      assert.deepEqual(dead, [], `${site}: links that lead nowhere`);
      links += count;
    }
    assert.deepEqual(deadLinks(folder, reports).dead, []);
    console.log(`ok links (${links} in ${sites.length} sites)`);
    for (const name of ["search", "chart", "keyboard", "screenReader", "withoutScript", "sideBySide", "print", "wholePages"]) {
      await look[name]();
      console.log(`ok ${name}`);
    }
    let count = reports.length;
    await look.everyPage(reports, { isKept: true });
    for (const { site, language } of sites) {
      const all = pagesOf(folder, site);
      const pages = language === "nl" ? all : all.filter((page) => /(index|tariffs|questions)\.html$/.test(page));
      await look.everyPage(pages, { language, isKept: site === SITE });
      count += pages.length;
    }
    console.log(`ok everyPage (${count} pages, light, dark and narrow)`);
    assert.deepEqual(look.said, [], "what pages said to the console, and what they loaded");
  } finally {
    await browser.close();
    if (!process.argv[2]) fs.rmSync(folder, { recursive: true });
  }
}

main().catch((error) => {
  console.error(error.message || error);
  process.exit(1);
});

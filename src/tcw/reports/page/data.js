// What the page knows, and how it is worded. Every value is coded as tenths of a percent, doubled, plus one when red.
const facts = JSON.parse(document.getElementById("data").textContent);
const texts = facts.texts;
const MINUS = "\u2212", NBSP = "\u00a0", UNDEFINED = "\u2013";
const NOT_DEFINED = -32768, NOT_EMPLOYED = -32767, LARGEST = 32766;
const byId = (id) => document.getElementById(id);

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}
function number(tenths, signed) {
  const size = Math.abs(tenths), whole = String(Math.floor(size / 10));
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts.thousands);
  return (tenths < 0 ? MINUS : signed && tenths > 0 ? "+" : "") + grouped + texts.decimal + (size % 10);
}
function worded(code, kind) {
  if (code === null || code === NOT_DEFINED) return UNDEFINED;
  if (code === NOT_EMPLOYED) return "";
  const tenths = code >> 1;
  if (kind === "hours") return number(tenths, false);
  const text = number(tenths, kind !== "share");
  return (Math.abs(code) >= LARGEST - 1 ? "> " : "") + text + (kind === "points" ? "" : texts.percent);
}
const withUnit = (code, kind) => worded(code, kind) + (kind === "points" && code !== null ? NBSP + texts.points : "");
const isRed = (code) => code !== null && code > NOT_EMPLOYED && (code & 1) === 1;
const isValue = (code) => code !== null && code > NOT_EMPLOYED;

function weekShort(week) { return texts.weekShort + Number(week.slice(6)); }
function weekLong(week) { return texts.weekLong.replace("{week}", Number(week.slice(6))).replace("{year}", week.slice(0, 4)); }

function valueCell(code, kind) {
  const cell = make("td", worded(code, kind), "n" + (isRed(code) ? " red" : isValue(code) ? "" : " none"));
  return cell;
}
function folded(text) { return text.toLocaleLowerCase(facts.lang); }

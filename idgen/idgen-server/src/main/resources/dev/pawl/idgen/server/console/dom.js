// Small helpers over the document.

/** Makes an element; attributes by name, a listener for each name that begins with "on". */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...children);
  return element;
}

/** As make, for drawings. */
export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  element.append(...children);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null) {
      element.setAttribute(name, value);
    }
  }
}

/** Writes a text only where it differs, so that a reader's selection stays. */
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export const byId = (id) => document.getElementById(id);

const NUMBER = new Intl.NumberFormat("en");
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Digits in groups of three; exact for a BigInt. */
export const grouped = (number) => NUMBER.format(number);

/** As grouped, but numbers that nobody reads any more as a power of ten. */
export function roughly(big) {
  const digits = String(big);
  if (digits.length <= 15) {
    return grouped(BigInt(big));
  }
  const power = [...String(digits.length - 1)].map((digit) => SUPERSCRIPT[digit]).join("");
  return `${digits[0]}.${digits[1]} × 10${power}`;
}

/** A duration of ISO 8601, as the service writes it, in seconds. */
export function seconds(iso) {
  const parts = /^(-?)P(?:(-?\d+)D)?T?(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?$/.exec(iso);
  if (!parts) {
    return NaN;
  }
  const [days, hours, minutes, rest] = parts.slice(2).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + rest;
}

/** Seconds for people. */
export function span(number) {
  const size = Math.abs(number);
  if (size < 0.01) {
    return `${Math.round(number * 1000)} ms`;
  }
  if (size < 120) {
    return `${size < 10 ? number.toFixed(1) : Math.round(number)} s`;
  }
  if (size < 7200) {
    return `${Math.round(number / 60)} min`;
  }
  return size < 172800 ? `${Math.round(number / 3600)} h` : `${grouped(Math.round(number / 86400))} days`;
}

/** How long ago or ahead an instant is. */
export function distance(instant) {
  if (instant === null) {
    return "–";
  }
  const ahead = (Date.parse(instant) - Date.now()) / 1000;
  return Math.abs(ahead) < 1 ? "now" : ahead < 0 ? `${span(-ahead)} ago` : `in ${span(ahead)}`;
}

// Takes ids and takes them apart. An id is a string, or a BigInt where its bits are wanted; never a number.

import { get, post } from "./api.js";
import { byId, distance, make } from "./dom.js";

const BITS = 64;

let generators = [];

/** Which generators there are to choose from; keeps the choice. */
export function offer(listed) {
  const select = byId("generator");
  const names = listed.map((generator) => generator.name).join("\n");
  if (names !== generators.map((generator) => generator.name).join("\n")) {
    const chosen = select.value;
    select.replaceChildren(...listed.map((generator) => make("option", {}, generator.name)));
    const preferred = listed.find((generator) => generator.name === chosen) ?? listed.find((one) => one.layout);
    if (preferred) {
      select.value = preferred.name;
    }
  }
  generators = listed;
}

const chosen = () => generators.find((generator) => generator.name === byId("generator").value);

const idsOf = (name) => `/v1/generators/${encodeURIComponent(name)}/ids`;

/** Lets the forms do their work; told of failures. */
export function start(report) {
  onSubmit("take", () => take());
  onSubmit("decode", () => decode(byId("id").value.trim()));
  byId("generator").addEventListener("change", () => {
    byId("taken").replaceChildren();
    byId("parts").replaceChildren();
  });

  function onSubmit(form, action) {
    byId(form).addEventListener("submit", (event) => {
      event.preventDefault();
      run(action);
    });
  }

  async function run(action) {
    try {
      await action();
      report(null);
    } catch (failure) {
      byId("parts").replaceChildren();
      report(failure);
    }
  }

  async function take() {
    const generator = chosen();
    const count = Number(byId("count").value);
    const { ids } = await post(idsOf(generator.name), { count });
    byId("taken").replaceChildren(
      ...ids.map((id) =>
        make("li", {}, make("button", { type: "button", class: "id", onclick: () => run(() => decode(id)) }, id)),
      ),
    );
    await decode(ids[0]);
  }

  async function decode(id) {
    if (!id) {
      return;
    }
    const generator = chosen();
    byId("id").value = id;
    for (const button of byId("taken").querySelectorAll("button")) {
      button.classList.toggle("current", button.textContent === id);
    }
    if (!generator.layout && !generator.encoded) {
      byId("parts").replaceChildren(make("p", {}, `Ids of ${generator.name} are plain numbers: nothing is inside.`));
      return;
    }
    const decoded = await get(`${idsOf(generator.name)}/${encodeURIComponent(id)}`);
    byId("parts").replaceChildren(...partsOf(decoded, generator));
  }
}

function partsOf(decoded, generator) {
  const number = decoded.number ?? decoded.id;
  const parts = [make("p", { class: "decoded" }, decoded.id)];
  if (decoded.number !== undefined) {
    parts.push(make("p", { class: "number" }, "is the number ", make("span", {}, decoded.number)));
  }
  if (generator.layout) {
    const fields = fieldsOf(BigInt(number), generator.layout);
    parts.push(bitsOf(BigInt(number), fields), legendOf(fields, decoded, generator.layout));
  }
  return parts;
}

/** The fields from the highest bits to the lowest, each with its place and value. */
function fieldsOf(id, layout) {
  let low = layout.fields.reduce((sum, field) => sum + field.bits, 0);
  let workers = 0;
  return layout.fields.map((field) => {
    low -= field.bits;
    const value = (id >> BigInt(low)) & ((1n << BigInt(field.bits)) - 1n);
    const paint = field.kind === "worker" ? `worker${workers++ % 3}` : field.kind;
    return { ...field, low, high: low + field.bits - 1, value, paint };
  });
}

function bitsOf(id, fields) {
  const cells = [];
  for (let bit = BITS - 1; bit >= 0; bit--) {
    const field = fields.find((one) => bit >= one.low && bit <= one.high);
    const set = (id >> BigInt(bit)) & 1n;
    cells.push(make("span", { class: `bit ${field ? field.paint : "unused"} ${set ? "one" : "zero"}` }, String(set)));
  }
  const spoken = fields.map((field) => `${field.name} ${field.bits} bits, value ${field.value}`).join("; ");
  const unused = BITS - fields.reduce((sum, field) => sum + field.bits, 0);
  return make("div", { class: "bits", role: "img", "aria-label": `${unused} unused bits; ${spoken}` }, ...cells);
}

function legendOf(fields, decoded, layout) {
  const rows = fields.map((field) => {
    const meaning =
      field.kind === "tick"
        ? `${decoded.instant} (${distance(decoded.instant)})`
        : field.kind === "worker"
          ? "who made it"
          : "which of its tick";
    return make(
      "tr",
      { "data-field": field.name },
      make("th", { scope: "row" }, make("span", { class: `swatch ${field.paint}` }), field.name),
      make("td", { class: "value" }, String(field.value)),
      make("td", { class: "range" }, field.high === field.low ? `${field.low}` : `${field.high}–${field.low}`),
      make("td", {}, meaning),
    );
  });
  return make(
    "table",
    { class: "legend" },
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        ...["field", "value", "bits", "meaning"].map((name) => make("th", { scope: "col" }, name)),
      ),
    ),
    make("tbody", {}, ...rows),
  );
}

// Tags and worker leases, which keys for operators may see. Asked for seldom: the answers come from the store.

import { get } from "./api.js";
import { byId, distance, grouped, make, roughly, seconds, span, write } from "./dom.js";

const PERIOD = 5000;

/** Each list: where it is asked for, and how a row looks. */
const LISTS = [
  {
    id: "tags",
    path: "/admin/v1/tags",
    columns: ["tag", "remaining", "last given out", "greatest", "step", "state"],
    rows: (body, generators) => body.tags.map((tag) => tagOf(tag, generators)),
    none: "No tags yet.",
  },
  {
    id: "workers",
    path: "/admin/v1/workers",
    columns: ["space", "worker id", "state", "from", "up to", "window", "incarnation"],
    rows: (body) => body.workers.map(workerOf),
    none: "No worker id was ever leased.",
  },
];

let next = 0;

/** Asks at the next turn, and for what was refused too: the key is another one. */
export function again() {
  next = 0;
  for (const list of LISTS) {
    list.refused = false;
  }
}

export async function refresh(generators, now) {
  if (now < next) {
    return;
  }
  next = now + PERIOD;
  for (const list of LISTS) {
    if (!list.refused) {
      await show(list, generators);
    }
  }
}

async function show(list, generators) {
  const section = byId(list.id);
  const note = section.querySelector(".note");
  const table = section.querySelector("table");
  try {
    const body = await get(list.path);
    const rows = list.rows(body, generators);
    section.hidden = false;
    table.hidden = rows.length === 0;
    write(note, rows.length === 0 ? list.none : body.next ? `The first ${rows.length} by name; there may be more.` : "");
    table.tHead.replaceChildren(make("tr", {}, ...list.columns.map((name) => make("th", { scope: "col" }, name))));
    table.tBodies[0].replaceChildren(...rows);
  } catch (failure) {
    list.refused = [401, 403, 404].includes(failure.status);
    section.hidden = failure.status === 404;
    table.hidden = true;
    write(note, failure.message);
  }
}

function tagOf(tag, generators) {
  const generator = generators.find((one) => one.tag === tag.name);
  return row(tag.name, [
    [roughly(tag.remaining), tag.remaining],
    [grouped(BigInt(tag.lastId)), tag.lastId],
    [roughly(tag.maxId), tag.maxId],
    [generator ? roughly(generator.step) : "–"],
    [tag.paused ? "paused" : tag.reset ? `anew each ${tag.reset}` : "open"],
  ]);
}

const STATES = {
  own: ["this service", "A generator of this service has it."],
  live: ["live", "Another may still use it."],
  ended: ["revoked", "Its holder may go on to the end of its window."],
  free: ["free", "Its last window is over."],
  unknown: ["other layout", "Its ticks are of another layout."],
};

function workerOf(worker) {
  return row(worker.space, [
    [String(worker.workerId)],
    STATES[worker.state] ?? [worker.state],
    [when(worker.from), worker.from],
    [when(worker.to), worker.to],
    [span(seconds(worker.window))],
    [worker.incarnation.slice(0, 8), worker.incarnation],
  ]);
}

const when = (instant) => (instant ? distance(instant) : "–");

function row(name, cells) {
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, name),
    ...cells.map(([text, title]) => make("td", { title: title ?? null }, text)),
  );
}

// The generators: what each is, how many ids it gave, and how fast. The service keeps no history, this page does.

import { draw, grouped, make, roughly, seconds, span, write } from "./dom.js";

const POINTS = 60;
const WIDTH = 240;
const HEIGHT = 44;

const LEVELS = {
  proven: "Unique among all who share the store, under any pause, crash, restart and clock change.",
  configured: "Unique as long as the operator gives no worker id twice.",
  best_effort: "Unique but for failures that the store's set-up allows.",
  ephemeral: "Unique within this process only.",
};

const cards = new Map();

/** Shows what the service listed at a moment, in milliseconds of a clock that never goes back. */
export function show(list, generators, now) {
  for (const generator of generators) {
    let card = cards.get(generator.name);
    if (!card) {
      card = new Card(generator);
      cards.set(generator.name, card);
      list.append(card.element);
    }
    card.show(generator, now);
  }
  const names = new Set(generators.map((generator) => generator.name));
  for (const [name, card] of cards) {
    if (!names.has(name)) {
      card.element.remove();
      cards.delete(name);
    }
  }
}

/** The next rate is taken from the next two answers: nobody looked meanwhile. */
export function pause() {
  for (const card of cards.values()) {
    card.before = null;
  }
}

class Card {
  constructor(generator) {
    this.rates = [];
    this.before = null;
    this.ready = make("span", { class: "state" });
    this.rate = make("strong", { class: "rate" });
    this.count = make("span", { class: "count" });
    this.line = draw("polyline", { class: "line" });
    this.area = draw("polygon", { class: "area" });
    this.most = make("span", { class: "most" });
    this.facts = make("dl", { class: "facts" });
    this.element = make(
      "li",
      { class: "card", "data-generator": generator.name },
      make("h3", {}, make("span", { class: "name" }, generator.name), this.ready),
      make("p", { class: "figures" }, this.rate, " ids/s", make("span", { class: "total" }, this.count, " given")),
      make(
        "div",
        { class: "spark", "aria-hidden": "true" },
        draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" }, this.area, this.line),
        this.most,
      ),
      this.facts,
    );
  }

  show(generator, now) {
    write(this.ready, generator.ready ? "ready" : "no id at hand");
    this.ready.classList.toggle("bad", !generator.ready);
    write(this.count, grouped(generator.generated));
    if (this.before) {
      const rate = Math.max(0, (generator.generated - this.before.generated) / ((now - this.before.at) / 1000));
      this.rates = [...this.rates, rate].slice(-POINTS);
      write(this.rate, rate > 0 && rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate)));
    } else if (this.rates.length === 0) {
      write(this.rate, "0");
    }
    this.before = { generated: generator.generated, at: now };
    this.drawRates();
    this.showFacts(factsOf(generator));
  }

  drawRates() {
    const most = Math.max(...this.rates, 0);
    write(this.most, most > 0 ? `${grouped(Math.ceil(most))} at most in the last minute` : "nothing taken yet");
    const step = WIDTH / (POINTS - 1);
    const from = WIDTH - (this.rates.length - 1) * step;
    const points = this.rates.map((rate, i) => {
      const y = most > 0 ? HEIGHT - 2 - (rate / most) * (HEIGHT - 6) : HEIGHT - 2;
      return `${(from + i * step).toFixed(1)},${y.toFixed(1)}`;
    });
    this.line.setAttribute("points", points.join(" "));
    this.area.setAttribute(
      "points",
      points.length > 1 ? `${from.toFixed(1)},${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}` : "",
    );
  }

  showFacts(facts) {
    if (this.facts.children.length !== facts.length * 2) {
      this.facts.replaceChildren(...facts.flatMap(() => [make("dt"), make("dd")]));
    }
    facts.forEach(([name, value, title], i) => {
      write(this.facts.children[2 * i], name);
      const shown = this.facts.children[2 * i + 1];
      write(shown, value);
      shown.title = title ?? "";
    });
  }
}

function factsOf(generator) {
  const facts = [["kind", generator.encoded ? `${generator.kind}, encoded` : generator.kind]];
  const { level, scope } = generator.guarantee;
  const name = level.replace("_", " ");
  facts.push(["guarantee", scope ? `${name}, over ${scope}` : name, LEVELS[level]]);
  if (generator.layout) {
    const bits = generator.layout.fields.map((field) => `${field.bits} ${field.name}`).join(" · ");
    facts.push(["bits", bits, `a tick is ${span(seconds(generator.layout.tickLength))}`]);
  }
  if (generator.workerId !== undefined) {
    const left = seconds(generator.window);
    facts.push(["worker id", String(generator.workerId)]);
    facts.push([
      "window",
      left > 86400 * 365 ? "no end, the id is fixed" : left > 0 ? `${span(left)} without the store` : "used up",
      "How long ids go on while the store of worker leases is down",
    ]);
  }
  if (generator.atHand !== undefined) {
    facts.push(["at hand", `${roughly(generator.atHand)} ids`, "Reserved in the store and not yet given"]);
    facts.push(["next step", `${roughly(generator.step)} ids`, "How many the next segment will have"]);
  }
  return facts;
}

package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.idgen.layout.DecodedId;
import dev.pawl.idgen.layout.IdLayout;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page at the root in a real browser. The pictures of it are left in {@code target/console}. */
@Tag("slow")
@Timeout(180)
class ConsoleIT {

    private static final Path PICTURES = Path.of("target", "console");
    private static final String KEY = "pawl_for_the_console";

    @TempDir
    Path folder;

    private Chromium browser;

    @BeforeEach
    void startBrowser() throws IOException {
        browser = Chromium.start(folder);
    }

    @AfterEach
    void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    private static String textOf(String selector) {
        return "(document.querySelector('" + selector + "')?.innerText ?? '')";
    }

    private List<String> textsOf(String selector) {
        Object joined = browser.evaluate(
                "[...document.querySelectorAll('" + selector + "')].map(e => e.textContent).join('\\n')");
        return Stream.of(joined.toString().split("\n")).toList();
    }

    private void choose(String generator) {
        browser.evaluate("document.querySelector('#generator').value = '" + generator + "'");
        browser.evaluate("document.querySelector('#generator').dispatchEvent(new Event('change'))");
    }

    private void hide() {
        browser.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
                + "document.dispatchEvent(new Event('visibilitychange'))");
    }

    private void submit(String form) {
        browser.evaluate("document.querySelector('#" + form + "').requestSubmit()");
    }

    @Test
    void theGeneratorsAreShownAndTheirCountRises() throws IOException {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            browser.open(service.url("/"));
            browser.await("document.querySelectorAll('.card').length === 3");
            assertThat(textsOf(".card .name")).containsExactly("orders", "snowflake", "sonyflake");
            assertThat(textsOf(".card .count")).containsExactly("0", "0", "0");
            browser.await(textOf("#status") + " === '3 of 3 ready'");
            for (int i = 1; i <= 3; i++) {
                service.rest.postJson("/v1/generators/orders/ids", "{\"count\":" + 1000 * i + "}");
                browser.await(textOf("[data-generator=orders] .count") + " === '"
                        + List.of("1,000", "3,000", "6,000").get(i - 1) + "'");
                browser.await(textOf("[data-generator=orders] .rate") + " !== '0'");
            }
            assertThat(browser.evaluate("document.querySelector('[data-generator=orders] .line').points.length > 2"))
                    .isEqualTo(true);
            browser.await(textOf("#tags tbody") + ".includes('orders')");
            browser.await(textOf("#workers tbody") + ".includes('this service')");
            assertThat(textsOf("#workers tbody th")).containsExactly("snowflake", "sonyflake");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void anIdThatIsTakenIsShownExactlyWithItsFields() throws IOException {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            browser.open(service.url("/"));
            browser.await("document.querySelectorAll('#generator option').length === 3");
            choose("snowflake");
            submit("take");
            browser.await("document.querySelectorAll('#taken .id').length === 5");
            browser.await("document.querySelectorAll('.legend tbody tr').length === 3");
            List<String> ids = textsOf("#taken .id");
            requireParts(ids.get(0));
            assertThat(Long.parseLong(ids.get(0))).isGreaterThan(IdFormat.MAX_JSON_NUMBER);
            // The greatest of all, which a JavaScript number cannot hold.
            browser.evaluate("document.querySelector('#id').value = '9223372036854775807'");
            submit("decode");
            browser.await(textOf(".decoded") + " === '9223372036854775807'");
            requireParts("9223372036854775807");
            browser.evaluate("document.querySelector('#id').value = '12x'");
            submit("decode");
            browser.await(textOf("#take-failure") + ".startsWith('Id must be a whole number in')");
            choose("orders");
            submit("take");
            browser.await(textOf("#parts") + ".includes('plain numbers')");
            assertThat(textsOf("#taken .id")).containsExactly("1", "2", "3", "4", "5");
        }
    }

    private void requireParts(String id) {
        DecodedId decoded = IdLayout.SNOWFLAKE.decode(Long.parseLong(id));
        assertThat(textsOf(".decoded")).containsExactly(id);
        assertThat(textsOf(".legend tbody .value"))
                .containsExactly(
                        Long.toString(decoded.tick()),
                        Integer.toString(decoded.workerId()),
                        Long.toString(decoded.sequence()));
        assertThat(textsOf(".legend tbody").toString())
                .contains(decoded.instant().toString());
        assertThat(String.join("", textsOf(".bit")))
                .isEqualTo("0" + "0".repeat(Long.numberOfLeadingZeros(decoded.id()) - 1)
                        + Long.toBinaryString(decoded.id()));
        assertThat(textsOf(".bit.tick")).hasSize(41);
    }

    /** The service lets no such names in; the page does not rely on it. */
    @Test
    void whatTheServiceSaysIsTextAndNeverMarkup() throws IOException {
        String evil = "<img src=x onerror=window.hit=1>";
        JsonObject generator = new JsonObject()
                .put("name", evil)
                .put("kind", evil)
                .put("ready", true)
                .put("generated", 1)
                .put("guarantee", new JsonObject().put("level", evil).put("scope", evil));
        JsonObject tag = new JsonObject()
                .put("name", evil)
                .put("lastId", "1")
                .put("maxId", "2")
                .put("remaining", "1")
                .put("reset", evil);
        JsonObject worker = new JsonObject()
                .put("space", evil)
                .put("workerId", evil)
                .put("state", evil)
                .put("from", evil)
                .put("to", evil)
                .put("window", evil)
                .put("incarnation", evil);
        JsonObject answers = new JsonObject()
                .put("/v1/generators", new JsonObject().put("generators", new JsonArray().add(generator)))
                .put(
                        "/admin/v1/tags",
                        new JsonObject().put("tags", new JsonArray().add(tag)).put("next", evil))
                .put("/admin/v1/workers", new JsonObject().put("workers", new JsonArray().add(worker)));
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            browser.open(service.url("/"));
            browser.evaluate("window.fetch = async path => new Response(JSON.stringify((" + answers + ")[path]))");
            browser.await("document.querySelectorAll('.card').length === 1");
            browser.await(textOf("#tags tbody") + ".includes('<img')");
            browser.await(textOf("#workers tbody") + ".includes('<img')");
            assertThat(textsOf(".card .name")).containsExactly(evil);
            assertThat(textsOf("#tags .note")).containsExactly("The first 1 by name; there may be more.");
            assertThat(browser.evaluate("document.images.length + (window.hit ?? 0)"))
                    .isEqualTo(0);
        }
    }

    @Test
    void aKeyIsAskedForAndKeptInTheTabOnly() throws IOException {
        String hash = java.util.HexFormat.of().formatHex(ApiKeys.hash(KEY));
        String yaml = "pawl: {api-keys: [{name: console, sha256: " + hash + "}]}";
        try (RealService service = RealService.start(folder, yaml)) {
            browser.open(service.url("/"));
            browser.await("!document.querySelector('#key').hidden");
            browser.await(textOf("#failure") + ".includes('Enter a key above')");
            browser.evaluate("document.querySelector('#key-text').value = 'wrong'");
            submit("key");
            browser.await(textOf("#failure") + ".includes('not known')");
            browser.evaluate("document.querySelector('#key-text').value = '" + KEY + "'");
            submit("key");
            browser.await("document.querySelectorAll('.card').length === 3");
            browser.await("document.querySelector('#failure').hidden");
            assertThat(browser.evaluate("localStorage.length + document.cookie.length"))
                    .isEqualTo(0);
            assertThat(browser.evaluate("location.href").toString()).doesNotContain(KEY);
            submit("take");
            browser.await("document.querySelectorAll('#taken .id').length === 5");
        }
    }

    @Test
    void aTabThatNobodySeesAsksNothing() throws IOException {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            browser.open(service.url("/"));
            browser.await("document.querySelectorAll('.card').length === 3");
            hide();
            browser.evaluate("new Promise(r => setTimeout(r, 500))");
            browser.evaluate("performance.clearResourceTimings()");
            browser.evaluate("new Promise(r => setTimeout(r, 2500))");
            String asked = "performance.getEntriesByType('resource').length";
            assertThat(browser.evaluate(asked)).isEqualTo(0);
            browser.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true});"
                    + "document.dispatchEvent(new Event('visibilitychange'))");
            browser.await(asked + " > 0");
        }
    }

    @Test
    void aServiceThatIsGoneIsSaidInPlainWords() throws IOException {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            browser.open(service.url("/"));
            browser.await("document.querySelectorAll('.card').length === 3");
        }
        browser.await(textOf("#failure") + ".includes('does not answer')");
    }

    /** At every width and in both schemes nothing is wider than the page. */
    @Test
    void thePageFitsEveryWindow() throws IOException {
        try (RealService service = RealService.start(folder, "pawl: {}")) {
            browser.look(1280, "light");
            browser.open(service.url("/"));
            browser.await("document.querySelectorAll('.card').length === 3");
            submit("take");
            browser.await("document.querySelectorAll('.legend tbody tr').length === 3");
            for (int i = 0; i < 12; i++) {
                String before = browser.evaluate(textOf("[data-generator=orders] .count"))
                        .toString();
                int count = List.of(900, 1500, 1200, 3000).get(i % 4);
                service.rest.postJson("/v1/generators/orders/ids", "{\"count\":" + count + "}");
                service.rest.postJson("/v1/generators/snowflake/ids", "{\"count\":" + (5000 - count) + "}");
                browser.await(textOf("[data-generator=orders] .count") + " !== '" + before + "'");
            }
            hide();
            // A temporary folder says nothing to who looks at the picture.
            browser.evaluate("document.querySelectorAll('dd').forEach("
                    + "dd => dd.textContent = dd.textContent.replace('" + folder + "/', ''))");
            for (String scheme : List.of("light", "dark")) {
                for (int width : List.of(1280, 800, 400)) {
                    browser.look(width, scheme);
                    Object height = browser.evaluate("Math.round(document.querySelector('.calls').offsetTop)");
                    browser.picture(PICTURES.resolve(scheme + "-" + width + ".png"), width, (Integer) height);
                    assertThat(browser.evaluate("document.documentElement.scrollWidth"))
                            .as("%s at %d", scheme, width)
                            .isEqualTo(width);
                }
            }
        }
    }
}

package dev.pawl.fencing.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.InMemoryFenceGuard;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FencingFilterIT {

    private static final String ISSUER = "redis/shop/\"stock\" é";

    /** What the servlet does with a request that has come through. */
    private interface Handler {
        void handle(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    private final InMemoryFenceGuard guard = InMemoryFenceGuard.of("stock");
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Long> handled = Collections.synchronizedList(new ArrayList<>());
    private final Tomcat tomcat = new Tomcat();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void aHolderEntersAndAStaleOneIsToldTheMark() throws Exception {
        start(inProcess(), this::record);
        assertThat(send(token(34)).statusCode()).isEqualTo(200);
        assertThat(send(token(34)).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = send(token(33));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body())
                .startsWith("{\"status\":409,\"type\":\"urn:pawl:fencing:stale-token\",\"detail\":\"token must be >= ")
                .endsWith("\"issuer\":\"redis/shop/\\u0022stock\\u0022 \\u00e9\",\"current\":\"34\"}");
        assertThat(handled).containsExactly(34L, 34L);
    }

    @Test
    void anotherIssuerIsRefused() throws Exception {
        start(inProcess(), this::record);
        assertThat(send(token(34)).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = send(FencingToken.exclusive("etcd/shop/stock", 1L << 60));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("urn:pawl:fencing:issuer-mismatch");
        assertThat(handled).containsExactly(34L);
    }

    @Test
    void aMissingTokenIsAnsweredAsTold() throws Exception {
        start(inProcess(), this::record);
        assertThat(client.send(request().build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(428);
    }

    @Test
    void aMissingTokenIsABadRequestWhereThatIsTold() throws Exception {
        start(inProcess().answeringMissing(MissingToken.BAD_REQUEST), this::record);
        HttpResponse<String> refused = client.send(request().build(), BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("urn:pawl:fencing:missing-token");
        assertThat(handled).isEmpty();
    }

    @Test
    void aMalformedTokenOrTwoOfThemAreABadRequest() throws Exception {
        start(inProcess(), this::record);
        for (String header : List.of("", "33", "1;exclusive;033;a", "1;exclusive;<script>;a", "x".repeat(4000))) {
            HttpResponse<String> refused =
                    client.send(request().header(FencingHeader.NAME, header).build(), BodyHandlers.ofString());
            assertThat(refused.statusCode()).as(header).isEqualTo(400);
            assertThat(refused.body())
                    .contains("urn:pawl:fencing:malformed-token")
                    .doesNotContain("<");
        }
        HttpRequest twice = request()
                .header(FencingHeader.NAME, token(1).text())
                .header(FencingHeader.NAME, token(2).text())
                .build();
        assertThat(client.send(twice, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
        assertThat(handled).isEmpty();
    }

    @Test
    void theLongestTokenGoesThrough() throws Exception {
        start(inProcess(), this::record);
        FencingToken longest = FencingToken.permit("\u0001".repeat(1024), Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(send(longest).statusCode()).isEqualTo(200);
    }

    @Test
    void aRequestThatNeedsNoTokenPasses() throws Exception {
        start(FencingFilter.inProcess(request -> Optional.empty()), this::record);
        assertThat(client.send(request().build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aLaterHolderIsHandledOnlyWhenTheOlderOnesRequestHasEnded() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        start(inProcess(), (request, response) -> {
            long value = FencingFilter.token(request).orElseThrow().value();
            events.add("begin " + value);
            if (value == 33) {
                inside.countDown();
                await(goOn);
            }
            events.add("end " + value);
        });
        CompletableFuture<HttpResponse<String>> older = sendAsync(token(33));
        await(inside);
        CompletableFuture<HttpResponse<String>> later = sendAsync(token(34));
        awaitBlockedInEnter();
        assertThat(later).isNotDone();
        goOn.countDown();
        assertThat(older.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(later.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(events).containsExactly("begin 33", "end 33", "begin 34", "end 34");
    }

    @Test
    void requestsOfOneHolderAreHandledAtTheSameTime() throws Exception {
        CyclicBarrier allInside = new CyclicBarrier(6);
        start(inProcess(), (request, response) -> allInside.await(20, TimeUnit.SECONDS));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(sendAsync(token(33)));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void manyWhoEnterAtOnceAreHandledInTheOrderOfTheirTokens() throws Exception {
        start(inProcess(), this::record);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (long value = 1; value <= 200; value++) {
            answers.add(sendAsync(token(value)));
        }
        long passed = 0;
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            int status = answer.get(30, TimeUnit.SECONDS).statusCode();
            assertThat(status).isIn(200, 409);
            passed += status == 200 ? 1 : 0;
        }
        assertThat(handled).hasSize((int) passed).isSorted().contains(200L);
    }

    @Test
    void aRequestThatIsFencedInProcessDoesNotGoOnAsynchronously() throws Exception {
        start(inProcess(), (request, response) -> {
            assertThat(request.isAsyncSupported()).isFalse();
            try {
                request.startAsync();
            } catch (IllegalStateException e) {
                response.setStatus(299);
            }
        });
        assertThat(send(token(1)).statusCode()).isEqualTo(299);
    }

    @Test
    void aSharedFilterRefusesEarlyAndTheHandlersOwnCheckIsAnsweredFor() throws Exception {
        FencingFilter filter = FencingFilter.shared(request -> Optional.<FenceGuard>of(guard));
        assertThat(filter.guarantees().level()).isEqualTo(Level.EARLY_REFUSAL);
        start(filter, (request, response) -> {
            FencingToken mine = FencingFilter.token(request).orElseThrow();
            if (mine.value() == 34) {
                guard.enter(token(35)); // replaced while the request is handled
            }
            guard.check(mine);
        });
        assertThat(send(token(33)).statusCode()).isEqualTo(200);
        HttpResponse<String> replaced = send(token(34));
        assertThat(replaced.statusCode()).isEqualTo(409);
        assertThat(replaced.body()).contains("\"current\":\"35\"");
        assertThat(send(token(34)).statusCode()).isEqualTo(409);
    }

    @Test
    void theGuaranteeInProcessIsOfThisProcess() throws Exception {
        start(inProcess(), this::record);
        assertThat(inProcess().guarantees().level()).isEqualTo(Level.ATOMIC_IN_PROCESS);
    }

    private FencingFilter inProcess() {
        return FencingFilter.inProcess(request -> Optional.of(guard));
    }

    private void record(HttpServletRequest request, HttpServletResponse response) {
        FencingFilter.token(request).ifPresent(token -> handled.add(token.value()));
    }

    private void start(FencingFilter filter, Handler handler) throws LifecycleException {
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", folder.toString());
        FilterDef definition = new FilterDef();
        definition.setFilterName("fencing");
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName("fencing");
        map.addURLPattern("/*");
        context.addFilterMap(map);
        Tomcat.addServlet(context, "handler", new HandlingServlet(handler)).setAsyncSupported(true);
        context.addServletMappingDecoded("/*", "handler");
        tomcat.start();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/stock"));
    }

    private HttpResponse<String> send(FencingToken token) throws IOException, InterruptedException {
        return client.send(FencingHeader.set(request(), token).build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(FencingToken token) {
        return client.sendAsync(FencingHeader.set(request(), token).build(), BodyHandlers.ofString());
    }

    private static FencingToken token(long value) {
        return FencingToken.exclusive(ISSUER, value);
    }

    /** Waits until a thread of the server waits for the guard. */
    private static void awaitBlockedInEnter() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Thread.getAllStackTraces().values().stream()
                .noneMatch(stack ->
                        Arrays.stream(stack).anyMatch(f -> f.getMethodName().equals("setWithoutEffects")))) {
            assertThat(System.nanoTime()).as("the later holder waits").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static final class HandlingServlet extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient Handler handler;

        private HandlingServlet(Handler handler) {
            this.handler = handler;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try {
                handler.handle(request, response);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}

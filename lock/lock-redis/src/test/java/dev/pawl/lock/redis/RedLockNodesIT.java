package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.Ticker;
import dev.pawl.lock.DistributedLock;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.LockState;
import dev.pawl.lock.ReleaseResult;
import dev.pawl.lock.redis.RedLockAdmission.Standing;
import dev.pawl.redis.Redis;
import dev.pawl.redis.RedisKeys;
import dev.pawl.servers.RedisProcess;
import dev.pawl.servers.RedisProcesses;
import dev.pawl.servers.RedisServers;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What nodes do that restart, lose their data or are missing, and what a lock costs on each. */
@RedisServers(value = 3, set = "killed")
@Tag("slow")
@Execution(ExecutionMode.SAME_THREAD)
final class RedLockNodesIT {

    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final LockOptions SHORT = LockOptions.defaults().withLease(Duration.ofSeconds(4));

    private final RedisProcesses processes;
    private final List<RedisProcess> servers;
    private String namespace;
    private RedLockNodes nodes;
    private RedLockBackend backend;
    private RedLockAdmission admission;
    private LockService mine;
    private LockService others;

    RedLockNodesIT(RedisProcesses processes) {
        this.processes = processes;
        this.servers = processes.servers();
    }

    @BeforeEach
    void connect() throws Exception {
        for (RedisProcess server : servers) {
            server.ensureRunning();
        }
        nodes = new RedLockNodes(processes);
        namespace = servers.get(0).newPrefix();
        backend = nodes.backend(namespace, LONGEST);
        admission = backend.admission();
        mine = LockService.of(backend);
        others = LockService.of(RedLockBackend.of(nodes.redis, namespace, LONGEST));
    }

    @AfterEach
    void close() {
        mine.close();
        others.close();
        nodes.close();
    }

    @Test
    void whoComesBackAtOnceDoesNotKeepOthersFromALock() throws Exception {
        // Not the common pool: on two processors it has one thread.
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicBoolean more = new AtomicBoolean(true);
        AtomicInteger rounds = new AtomicInteger();
        AtomicInteger overtaken = new AtomicInteger();
        CompletableFuture<Void> greedy = CompletableFuture.runAsync(
                () -> {
                    while (more.get()) {
                        LockHandle handle = mine.lock("a").acquireAsync().join();
                        rounds.incrementAndGet();
                        // Free for about a hundredth of the time.
                        CompletableFuture.runAsync(
                                        () -> {},
                                        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS, threads))
                                .join();
                        handle.release();
                    }
                },
                threads);
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < 10; i++) {
                        // It comes when the first one goes round and round.
                        int seen = rounds.get();
                        await().atMost(60, TimeUnit.SECONDS)
                                .pollInterval(Duration.ofMillis(5))
                                .until(() -> rounds.get() > seen + 1);
                        int asked = rounds.get();
                        others.lock("a").acquireAsync().join().release();
                        overtaken.addAndGet(rounds.get() - asked);
                    }
                },
                threads);
        try {
            other.get(120, TimeUnit.SECONDS);
        } finally {
            more.set(false);
            greedy.get(60, TimeUnit.SECONDS);
            threads.shutdownNow();
        }
        // One or two each time; twenty and more if nobody stood back.
        assertThat(overtaken.get()).isLessThan(60);
    }

    @Test
    void aHolderKeepsItsLockWhileOneNodeAfterTheOtherLosesItsData() throws Exception {
        LockHandle handle = mine.lock("a", SHORT).acquire();
        long least = handle.token().value();
        for (int node = 0; node < servers.size(); node++) {
            if (node == 1) {
                servers.get(node).flushAll();
            } else {
                servers.get(node).kill();
                servers.get(node).startEmpty();
            }
            int lost = node;
            await().until(() -> admission.standings().get(lost) == Standing.KEPT_OUT);
            assertThat(others.lock("a", SHORT).tryAcquire()).isEmpty();
            assertThat(handle.state()).isNotEqualTo(LockState.LOST);
            admit(node);
            // The next renewal takes the node over.
            await().until(() -> holds(lost, handle));
        }
        // No node has now what was accepted in the beginning, but by renewals and floors.
        assertThat(handle.state()).isNotEqualTo(LockState.LOST);
        assertThat(others.lock("a", SHORT).tryAcquire()).isEmpty();
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        LockHandle next = others.lock("a", SHORT).acquire();
        assertThat(next.token().value()).isGreaterThan(least);
        next.release();
    }

    @Test
    void locksGoOnWhileOneNodeIsMissing() throws Exception {
        servers.get(2).kill();
        for (int i = 0; i < 5; i++) {
            LockHandle handle = (i % 2 == 0 ? mine : others).lock("b").acquire();
            assertThat(handle.verify()).isTrue();
            assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
        }
        assertThat(admission.standings()).containsExactly(Standing.ADMITTED, Standing.ADMITTED, Standing.UNREACHABLE);
    }

    @Test
    void nodesThatWereNotAdmittedGrantNothing() throws Exception {
        servers.get(0).flushAll();
        servers.get(1).flushAll();
        assertThatThrownBy(() -> mine.lock("c").tryAcquire())
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("not admitted=2");
        // One node alone cannot tell what the others forgot.
        assertThat(admission.admit(0)).isPositive();
        await().untilAsserted(() -> assertThatThrownBy(() -> admission.admit(0))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("admitted=1"));
        admission.bootstrap();
        assertThat(admission.standings()).containsOnly(Standing.ADMITTED);
        assertThatThrownBy(admission::bootstrap).isInstanceOf(IllegalStateException.class);
        mine.lock("c").tryAcquire().orElseThrow().release();
    }

    @Test
    void aNodeThatIsFlushedWhileItIsWatchedIsWatchedAnew() throws Exception {
        servers.get(0).flushAll();
        assertThat(admission.admit(0)).isPositive();
        await().until(() -> admission.admit(0).compareTo(LONGEST.dividedBy(4)) < 0);
        servers.get(0).flushAll();
        assertThat(admission.admit(0)).isGreaterThan(LONGEST.dividedBy(2));
        assertThat(admission.standings().get(0)).isEqualTo(Standing.KEPT_OUT);
        admit(0);
    }

    /** An empty node looks like any other empty one. */
    @Test
    void aNodeThatIsFlushedBetweenItsMarkAndItsFirstAdmissionIsNotAdmitted() throws Exception {
        AtomicBoolean flushed = new AtomicBoolean();
        Redis last = (Redis) Proxy.newProxyInstance(
                Redis.class.getClassLoader(), new Class<?>[] {Redis.class}, (proxy, method, arguments) -> {
                    boolean marks = arguments != null && arguments[0] == RedLockScripts.CHANGE;
                    if (marks && flushed.compareAndSet(false, true)) {
                        servers.get(0).flushAll();
                    }
                    return method.invoke(nodes.redis.get(2), arguments);
                });
        RedLockAdmission first = RedLockBackend.of(
                        List.of(nodes.redis.get(0), nodes.redis.get(1), last),
                        servers.get(0).newPrefix(),
                        LONGEST)
                .admission();
        assertThatThrownBy(first::bootstrap)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("node changed meanwhile: node=0");
        assertThat(flushed).isTrue();
        assertThat(first.standings()).containsOnly(Standing.KEPT_OUT);
        first.bootstrap();
        assertThat(first.standings()).containsOnly(Standing.ADMITTED);
    }

    @Test
    void aLeaseThatIsLongerThanTheNodesAllowIsRefused() {
        assertThatThrownBy(() -> mine.lock("d", LockOptions.defaults().withLease(LONGEST.plusMillis(1))))
                .isInstanceOf(IllegalArgumentException.class);
        DistributedLock delayed = mine.lock("d", SHORT.withDelay(Duration.ofMillis(1001)));
        assertThatThrownBy(delayed::tryAcquire)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("lease and lock-delay must be at most");
    }

    @Test
    void anAcquireAndItsReleaseAreOneScriptOnEachNode() throws Exception {
        DistributedLock lock = mine.lock("e");
        lock.acquire().release();
        long[] before = new long[3];
        for (int node = 0; node < 3; node++) {
            before[node] = scripts(node);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(lock.acquire().release()).isEqualTo(ReleaseResult.RELEASED);
        }
        for (int node = 0; node < 3; node++) {
            int asked = node;
            await().untilAsserted(
                            () -> assertThat(scripts(asked) - before[asked]).isEqualTo(200));
        }
    }

    @Test
    void whoeverWaitsLearnsOfAReleaseBySoonAsking() throws Exception {
        LockHandle handle = mine.lock("f").acquire();
        CompletableFuture<LockHandle> waiting = others.lock("f").acquireAsync();
        await().during(Duration.ofMillis(300)).until(() -> !waiting.isDone());
        handle.release();
        LockHandle next = waiting.get(5, TimeUnit.SECONDS);
        assertThat(next.token().value()).isGreaterThan(handle.token().value());
        next.release();
    }

    private boolean holds(int node, LockHandle handle) {
        RedLockNode asked = new RedLockNode(
                nodes.redis.get(node),
                new RedisKeys(namespace),
                LockServers.check(nodes.redis.get(node), Clock.systemUTC(), Ticker.system()));
        return asked.describe(handle.resource()).join().holder().proposal() << 10
                == handle.token().value();
    }

    private void admit(int node) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> admission.admit(node).isZero());
        assertThat(admission.standings()).containsOnly(Standing.ADMITTED);
    }

    private long scripts(int node) throws IOException {
        Object reply = servers.get(node).ask("INFO", "commandstats");
        String info = reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
        long calls = 0;
        for (Matcher m = Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)").matcher(info); m.find(); ) {
            calls += Long.parseLong(m.group(1));
        }
        return calls;
    }
}

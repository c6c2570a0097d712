package dev.pawl.lock.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockFeature;
import dev.pawl.lock.spi.LockResource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.common.PathUtils;
import org.junit.jupiter.api.Test;

/** What is refused before anything is asked, and how names become paths. */
final class ZooKeeperLockOptionsTest {

    private static final ZooKeeperConnector NOWHERE = ZooKeeperConnector.to("127.0.0.1:1");

    @Test
    void aSessionTimeoutBelowThreeTicksIsRefused() {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults();
        assertThat(options.withSessionTimeout(Duration.ofSeconds(6)).greatestLease())
                .isEqualTo(Duration.ofMillis(2_940));
        assertThatThrownBy(() -> options.withSessionTimeout(Duration.ofMillis(5_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least three ticks");
        assertThatThrownBy(() -> options.withTick(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withTick(Duration.ofSeconds(11))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLockDelayIsTakenFromTheLease() {
        ZooKeeperLockOptions options = ZooKeeperLockOptions.defaults();
        assertThat(options.withLockDelay(Duration.ofSeconds(10)).greatestLease())
                .isEqualTo(Duration.ofMillis(12_700));
        assertThatThrownBy(() -> options.withLockDelay(Duration.ofSeconds(23)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must leave a lease");
    }

    @Test
    void aNamespaceIsAPathOfItsOwn() {
        for (String refused : List.of("", "/", "pawl", "/pawl/", "/a//b", "/a/../b", "/zookeeper", "/zookeeper/x")) {
            assertThatThrownBy(() -> ZooKeeperLockBackend.of(NOWHERE, refused))
                    .as(refused)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ZooKeeperLockBackend.of(NOWHERE, "/" + "n".repeat(600)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ZooKeeperLockBackend.of(NOWHERE, "/a/b").issuer(new LockResource(LockResource.Kind.LOCK, "x")))
                .isEqualTo(FencingToken.issuer("zookeeper", "/a/b", "lock/x"));
    }

    @Test
    void aDelayOfOneLockIsNotOffered() {
        assertThat(ZooKeeperLockBackend.of(NOWHERE, "/a").guarantees().features())
                .containsExactlyInAnyOrder(
                        LockFeature.FAIR,
                        LockFeature.READ_WRITE,
                        LockFeature.SEMAPHORE,
                        LockFeature.DESCRIBE,
                        LockFeature.ADMIN);
    }

    @Test
    void whatAStrangerHasMadeIsNoLock() {
        for (String segment : List.of("%zz", "%", "%6", "%61", "%2f", "a.b", "%C3", "x".repeat(513))) {
            assertThat(LockPaths.resource(LockResource.Kind.LOCK, segment))
                    .as(segment)
                    .isEmpty();
        }
    }

    @Test
    void everyNameIsOneSegmentOfItsOwn() {
        Set<String> segments = new HashSet<>();
        for (String name : List.of("..", ".", "/", "//", "a/b", "a%2Fb", "\0", "zookeeper", "\ud83d\ude00", "A", "a")) {
            String segment = LockPaths.encoded(name);
            PathUtils.validatePath("/" + segment);
            assertThat(segment).doesNotContain("/").doesNotContain(".");
            assertThat(LockPaths.resource(LockResource.Kind.LOCK, segment))
                    .contains(new LockResource(LockResource.Kind.LOCK, name));
            assertThat(segments.add(segment)).as(name).isTrue();
        }
    }

    @Test
    void aQueueIsReadFromNamesAlone() {
        Queue queue = Queue.of(List.of(
                "w-a-1-0000000012", "r-b-0000000003", "stranger", "w-c-first", "r-d-0000000013", "x-e-0000000001"));
        assertThat(queue.children().stream().map(Child::attempt)).containsExactly("c", "b", "a-1", "d");
        assertThat(queue.blocker(0, 1)).isEmpty();
        assertThat(queue.blocker(1, 1))
                .hasValueSatisfying(writer -> assertThat(writer.attempt()).isEqualTo("c"));
        assertThat(queue.blocker(2, 1))
                .hasValueSatisfying(reader -> assertThat(reader.attempt()).isEqualTo("b"));
        assertThat(queue.blocker(3, 1))
                .hasValueSatisfying(writer -> assertThat(writer.attempt()).isEqualTo("a-1"));
    }
}

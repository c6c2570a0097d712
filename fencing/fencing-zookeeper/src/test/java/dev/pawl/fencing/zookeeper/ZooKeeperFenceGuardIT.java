package dev.pawl.fencing.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.StaleTokenException;
import dev.pawl.servers.ZooKeeperProcess;
import dev.pawl.servers.ZooKeeperServer;
import dev.pawl.testkit.FenceGuardTck;
import dev.pawl.testkit.FencedNumber;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kit on one server: a number beside its guard, written in one transaction with the check. */
@ZooKeeperServer
final class ZooKeeperFenceGuardIT extends FenceGuardTck {

    private static ZooKeeper zooKeeper;
    private final String root;

    ZooKeeperFenceGuardIT(ZooKeeperProcess server) {
        root = server.newPath();
    }

    @BeforeAll
    static void connect(ZooKeeperProcess server) throws Exception {
        zooKeeper = new ZooKeeper(server.connectString(), 30_000, event -> {});
    }

    @AfterAll
    static void end() throws Exception {
        zooKeeper.close();
    }

    @Override
    protected FencedNumber open(String resource) throws Exception {
        String number = path("number", resource);
        Nodes.make(zooKeeper, number);
        return new Number(guard(resource), number);
    }

    private ZooKeeperFenceGuard guard(String resource) {
        return ZooKeeperFenceGuard.of(zooKeeper, resource, path("fence", resource));
    }

    private String path(String kind, String resource) {
        return root + "/" + kind + "/" + HexFormat.of().formatHex(resource.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anOperationThatIsRefusedIsNoRefusalOfTheToken() {
        ZooKeeperFenceGuard guard = guard("refused");
        FencingToken token = FencingToken.exclusive("a/b/c", 1);
        guard.enter(token);
        for (Op refused : List.of(
                Op.setData(root + "/none", new byte[0], -1), Op.setData(path("fence", "refused"), new byte[0], 77))) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> guard.multi(token, List.of(refused)))
                    .withCauseInstanceOf(KeeperException.class)
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
        assertThat(guard.multi(token, List.of())).isEmpty();
    }

    @Test
    void whoeverEntersBetweenTheLookAndTheTransactionIsSeen() throws Exception {
        String number = path("number", "between");
        Nodes.make(zooKeeper, number);
        ZooKeeperFenceGuard guard = guard("between");
        guard.enter(FencingToken.exclusive("a/b/c", 1));
        List<Op> effect = new java.util.AbstractList<>() {
            private boolean entered;

            /** Read when the transaction is put together, after the marks. */
            @Override
            public Op get(int index) {
                if (!entered) {
                    entered = true;
                    guard.enter(FencingToken.exclusive("a/b/c", 2));
                }
                return Op.setData(number, new byte[] {'9'}, -1);
            }

            @Override
            public int size() {
                return 1;
            }
        };
        assertThatExceptionOfType(StaleTokenException.class)
                .isThrownBy(() -> guard.multi(FencingToken.exclusive("a/b/c", 1), effect));
        assertThat(zooKeeper.getData(number, false, null)).isEmpty();
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws Exception {
        ZooKeeperFenceGuard guard = guard("newer");
        FencingToken token = FencingToken.exclusive("a/b/c", 1);
        guard.enter(token);
        byte[] newer = "2 what=ever".getBytes(StandardCharsets.UTF_8);
        zooKeeper.setData(path("fence", "newer"), newer, -1);
        for (Runnable call :
                List.<Runnable>of(() -> guard.enter(token), () -> guard.check(token), () -> guard.reset("a/b/c", 1))) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(call::run)
                    .withMessageStartingWith("format version of the marks must be 1: ");
        }
        assertThat(zooKeeper.getData(path("fence", "newer"), false, null)).isEqualTo(newer);
    }

    /** Makes nodes with those above them. */
    private static final class Nodes {
        static void make(ZooKeeper zooKeeper, String path) throws Exception {
            for (int end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
                try {
                    zooKeeper.create(
                            end < 0 ? path : path.substring(0, end),
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
                } catch (KeeperException.NodeExistsException e) {
                    // Made before.
                }
                if (end < 0) {
                    return;
                }
            }
        }
    }

    private record Number(ZooKeeperFenceGuard fence, String path) implements FencedNumber {

        @Override
        public FenceGuard guard() {
            return fence;
        }

        @Override
        public long read() {
            try {
                String text = new String(zooKeeper.getData(path, false, null), StandardCharsets.US_ASCII);
                return text.isEmpty() ? 0 : Long.parseLong(text);
            } catch (KeeperException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The new number is made out of ZooKeeper: the transaction only writes it. */
        @Override
        public void update(FencingToken token, LongUnaryOperator change) {
            byte[] next = Long.toString(change.applyAsLong(read())).getBytes(StandardCharsets.US_ASCII);
            fence.multi(token, List.of(Op.setData(path, next, -1)));
        }

        @Override
        public void reset(String issuer, long floor) {
            fence.reset(issuer, floor);
        }
    }
}

package dev.pawl.fencing.zookeeper;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.fencing.FenceGuarantee;
import dev.pawl.fencing.FenceGuarantee.Level;
import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FenceMarks;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.IssuerMismatchException;
import dev.pawl.fencing.NotEnteredException;
import dev.pawl.fencing.StaleTokenException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/**
 * Guards data in ZooKeeper by a node of its own. The effect is a transaction of yours, which is committed together with a check of
 * that node's version:
 *
 * <pre>{@code
 * ZooKeeperFenceGuard guard = ZooKeeperFenceGuard.of(zooKeeper, "account 7", "/fences/account-7");
 * guard.enter(token);     // before anything is read
 * guard.multi(token, List.of(Op.setData("/accounts/7", balance, -1)));
 * }</pre>
 *
 * <p><b>Guarantee.</b> Check and effect are one transaction of the ensemble: once a later holder has entered, no transaction of
 * an older one takes effect, whichever server it is sent to. The marks go back together with the data if the ensemble goes
 * back to a backup. {@link #check} alone says nothing of the moment after it. What a holder reads after {@code enter} on the same
 * handle is no older than its entry.
 *
 * <p><b>What is kept.</b> One node for each resource, about 50 bytes and the issuer, as long as the resource: delete it together with the
 * data, if the name is not used again.
 *
 * <p><b>Failures.</b> A {@link BackendException}. To repeat {@code enter}, {@code check} and {@code reset} does no harm; an effect whose
 * outcome is {@code UNKNOWN} may have happened.
 *
 * <p><b>Threads.</b> Thread-safe. Every method but {@link #resource} and {@link #guarantees} blocks until the answer is there, at the latest
 * until the handle gives up its connection, and must not be called on the handle's own event thread. Interruption ends the
 * wait: with a {@code BackendException}, and the interrupt flag set.
 */
public final class ZooKeeperFenceGuard implements FenceGuard {

    private final ZooKeeper zooKeeper;
    private final String resource;
    private final String path;
    private final List<ACL> acl;

    private ZooKeeperFenceGuard(ZooKeeper zooKeeper, String resource, String path, List<ACL> acl) {
        this.zooKeeper = Objects.requireNonNull(zooKeeper, "zooKeeper");
        this.resource = Objects.requireNonNull(resource, "resource");
        PathUtils.validatePath(path);
        this.path = path;
        // An immutable list throws where the client looks for null in it.
        this.acl = new ArrayList<>(acl);
    }

    /** What the node has, and at which version. */
    private record Read(FenceMarks marks, int version) {}

    /** What may be repeated when somebody else has changed the marks in between. */
    private interface Step<T> {
        T take(Read read) throws KeeperException, InterruptedException;
    }

    /**
     * Makes the guard of a resource whose node everybody may change. Does no I/O; guards of one path share its marks, wherever
     * they are made.
     *
     * @param zooKeeper the handle; stays open
     * @param resource the resource's name, for messages
     * @param path the node of the marks, made if it is not there
     * @return the guard
     * @throws IllegalArgumentException if the path is none
     */
    public static ZooKeeperFenceGuard of(ZooKeeper zooKeeper, String resource, String path) {
        return of(zooKeeper, resource, path, ZooDefs.Ids.OPEN_ACL_UNSAFE);
    }

    /**
     * Makes the guard of a resource.
     *
     * @param zooKeeper the handle; stays open
     * @param resource the resource's name, for messages
     * @param path the node of the marks, made if it is not there
     * @param acl the rights on what is made
     * @return the guard
     * @throws IllegalArgumentException if the path is none
     */
    public static ZooKeeperFenceGuard of(ZooKeeper zooKeeper, String resource, String path, List<ACL> acl) {
        return new ZooKeeperFenceGuard(zooKeeper, resource, path, acl);
    }

    @Override
    public String resource() {
        return resource;
    }

    @Override
    public void enter(FencingToken token) {
        Object unused = onFreshMarks(true, read -> {
            FenceMarks entered = read.marks.enter(resource, token);
            // Committed even where nothing changes: the marks that were read may be old.
            return entered.equals(read.marks)
                    ? zooKeeper.multi(List.of(Op.check(path, read.version)))
                    : zooKeeper.setData(path, MarksText.of(entered), read.version);
        });
    }

    @Override
    public void check(FencingToken token) {
        List<OpResult> unused = multi(token, List.of());
    }

    /**
     * Checks the token and runs the effect, as one transaction.
     *
     * @param token the holder's token, which has entered
     * @param effect what the holder does to the resource
     * @return what ZooKeeper answers to each operation of the effect
     * @throws StaleTokenException if a later holder has entered; nothing was done
     * @throws NotEnteredException if this one has not; nothing was done
     * @throws IssuerMismatchException if the resource is bound to another issuer; nothing was done
     * @throws BackendException if ZooKeeper does not answer, or refuses an operation of the effect; its cause is a
     *     {@link KeeperException}
     */
    public List<OpResult> multi(FencingToken token, List<Op> effect) {
        return onFreshMarks(false, read -> {
            read.marks.check(resource, token);
            List<Op> operations = new ArrayList<>(List.of(Op.check(path, read.version)));
            operations.addAll(effect);
            List<OpResult> results = zooKeeper.multi(operations);
            return List.copyOf(results.subList(1, results.size()));
        });
    }

    /**
     * Moves the resource to an issuer: an administrator's act, after which every holder has to enter anew.
     *
     * @param issuer who counts from now on
     * @param floor the least number to accept, at least 1
     * @throws IllegalArgumentException if issuer or floor are out of range
     * @throws BackendException if ZooKeeper refuses or does not answer; to call again does no harm
     */
    public void reset(String issuer, long floor) {
        FenceMarks marks = FenceMarks.set(issuer, floor);
        Stat unused = onFreshMarks(true, read -> zooKeeper.setData(path, MarksText.of(marks), read.version));
    }

    @Override
    public FenceGuarantee guarantees() {
        return new FenceGuarantee(
                Level.ATOMIC, "transactions run by multi, by the version of " + path + " in this ensemble");
    }

    private <T> T onFreshMarks(boolean create, Step<T> step) {
        try {
            while (true) {
                Read read = read(create);
                try {
                    return step.take(read);
                } catch (KeeperException e) {
                    if (!isOfTheMarks(e)) {
                        throw e;
                    }
                    // Somebody else has entered in between: decide anew.
                }
            }
        } catch (KeeperException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("interrupted while ZooKeeper was asked: path=" + path, Outcome.UNKNOWN, e);
        }
    }

    /** Whether the version was another one, and not an operation of the effect refused. */
    private static boolean isOfTheMarks(KeeperException e) {
        List<OpResult> results = e.getResults();
        if (results == null) {
            return e.code() == Code.BADVERSION;
        }
        return results.get(0) instanceof OpResult.ErrorResult first
                && (first.getErr() == Code.BADVERSION.intValue() || first.getErr() == Code.NONODE.intValue());
    }

    private Read read(boolean create) throws KeeperException, InterruptedException {
        // Pipelined: no older than this call, as far as this server's leader is one. What decides is the version.
        zooKeeper.sync(path, (rc, asked, context) -> {}, null);
        Stat stat = new Stat();
        try {
            return new Read(MarksText.read(path, zooKeeper.getData(path, false, stat)), stat.getVersion());
        } catch (KeeperException.NoNodeException e) {
            if (!create) {
                return new Read(FenceMarks.NONE, 0);
            }
            make(path, MarksText.of(FenceMarks.NONE));
            return read(true);
        }
    }

    private void make(String node, byte[] data) throws KeeperException, InterruptedException {
        try {
            String unused = zooKeeper.create(node, data, acl, CreateMode.PERSISTENT);
        } catch (KeeperException.NoNodeException e) {
            make(node.substring(0, node.lastIndexOf('/')), new byte[0]);
            make(node, data);
        } catch (KeeperException.NodeExistsException e) {
            // Made by another.
        }
    }

    private BackendException failed(KeeperException e) {
        boolean unknown =
                switch (e.code()) {
                    case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SYSTEMERROR, SESSIONMOVED -> true;
                    default -> false;
                };
        return new BackendException(
                "ZooKeeper did not do it: path=" + path + ", " + e.getMessage(),
                unknown ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                e);
    }
}

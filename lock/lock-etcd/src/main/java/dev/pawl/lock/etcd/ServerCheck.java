package dev.pawl.lock.etcd;

import dev.pawl.etcd.Etcd;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once of a server whose leases have known bugs. */
final class ServerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

    private final Etcd etcd;
    private final AtomicBoolean asked = new AtomicBoolean();

    ServerCheck(Etcd etcd) {
        this.etcd = etcd;
    }

    void once() {
        if (asked.compareAndSet(false, true)) {
            CompletableFuture<?> unused = etcd.call(
                            MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance())
                    .thenAccept(status -> {
                        if (isOld(status.getVersion())) {
                            LOG.warn(
                                    "etcd is older than 3.5 and no longer maintained: a leader that was replaced may revoke leases"
                                            + " that are alive, and a renewal may report success for a lease that was revoked:"
                                            + " version={}",
                                    status.getVersion());
                        }
                    });
        }
    }

    /** Whether a version, as {@code 3.4.23}, is below 3.5. */
    static boolean isOld(String version) {
        String[] parts = version.split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            return major < 3 || (major == 3 && parts.length > 1 && Integer.parseInt(parts[1]) < 5);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}

package dev.pawl.etcd;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import io.grpc.Status;
import java.net.ConnectException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a failure of gRPC says of the request. */
final class EtcdFailures {

    private EtcdFailures() {}

    static BackendException of(String what, Throwable failure) {
        if (failure instanceof BackendException known) {
            return known;
        }
        Status status = Status.fromThrowable(failure);
        String text = status.getDescription() == null ? failure.getMessage() : status.getDescription();
        return new BackendException(
                "etcd did not do what was asked: call=" + what + ", code="
                        + status.getCode().name().toLowerCase(Locale.ROOT) + ", reason=" + text,
                outcome(status),
                failure);
    }

    /** Whether the server wants to be told anew who asks; it has not done anything then. */
    static boolean wantsLogin(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        String text = String.valueOf(status.getDescription());
        return status.getCode() == Status.Code.UNAUTHENTICATED || text.contains("revision of auth store is old");
    }

    private static Outcome outcome(Status status) {
        return switch (status.getCode()) {
            case FAILED_PRECONDITION,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    OUT_OF_RANGE,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    UNIMPLEMENTED -> Outcome.NOT_APPLIED;
            // The client's own limit for the size of an answer has this code too, and comes after the effect.
            case RESOURCE_EXHAUSTED ->
                String.valueOf(status.getDescription()).startsWith("etcdserver:")
                        ? Outcome.NOT_APPLIED
                        : Outcome.UNKNOWN;
            case UNAVAILABLE -> wasNotSent(status) ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
            default -> Outcome.UNKNOWN;
        };
    }

    private static boolean wasNotSent(Status status) {
        // "etcdserver: no leader" comes before the request is proposed; "request timed out" may come after.
        return "etcdserver: no leader".equals(status.getDescription()) || isRefusedConnection(status.getCause());
    }

    private static boolean isRefusedConnection(@Nullable Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }
}

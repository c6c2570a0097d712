package dev.pawl.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import io.grpc.Status;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EtcdFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE,        etcdserver: no leader,                      NOT_APPLIED",
        "UNAVAILABLE,        etcdserver: request timed out,              UNKNOWN",
        "UNAVAILABLE,        Network closed for unknown reason,          UNKNOWN",
        "DEADLINE_EXCEEDED,  too late,                                   UNKNOWN",
        "CANCELLED,          gone,                                       UNKNOWN",
        "NOT_FOUND,          etcdserver: requested lease not found,      NOT_APPLIED",
        "PERMISSION_DENIED,  etcdserver: permission denied,              NOT_APPLIED",
        "RESOURCE_EXHAUSTED, etcdserver: mvcc: database space exceeded,  NOT_APPLIED",
        "RESOURCE_EXHAUSTED, etcdserver: too many requests,              NOT_APPLIED",
        "RESOURCE_EXHAUSTED, gRPC message exceeds maximum size 4194304,  UNKNOWN",
        "UNKNOWN,            anything,                                   UNKNOWN"
    })
    void theOutcomeIsCertainOnlyWhereEtcdSaysSo(Status.Code code, String text, Outcome outcome) {
        BackendException failure = EtcdFailures.of(
                "Txn", Status.fromCode(code).withDescription(text).asRuntimeException());
        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure).hasMessageContaining("call=Txn").hasMessageContaining("reason=" + text);
    }

    @Test
    void aRefusedConnectionHasAppliedNothing() {
        Throwable failure = Status.UNAVAILABLE
                .withCause(new IllegalStateException(new ConnectException("refused")))
                .asRuntimeException();
        assertThat(EtcdFailures.of("Txn", failure).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }
}

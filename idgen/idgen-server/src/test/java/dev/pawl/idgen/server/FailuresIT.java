package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.LimitExceededException;
import dev.pawl.idgen.ClockMovedBackException;
import dev.pawl.idgen.ClockSkewException;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.LayoutMismatchException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.TagPausedException;
import dev.pawl.idgen.WorkerIdsExhaustedException;
import dev.pawl.idgen.WorkerLeaseLostException;
import dev.pawl.idgen.server.Rest.Answer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresIT {

    private static final String SECRET = "jdbc:postgresql://db.internal:5432/ids";

    private static TestService service;

    @BeforeAll
    static void start() {
        service = TestService.start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new BackendException(SECRET, Outcome.UNKNOWN, new SQLException(SECRET)), "store-unavailable"),
                Arguments.of(new LimitExceededException(SECRET), "too-fast"),
                Arguments.of(new ClockMovedBackException(SECRET), "clock-moved-back"),
                Arguments.of(new IdSpaceExhaustedException(SECRET), "exhausted"),
                Arguments.of(new StoreWentBackException(SECRET), "store-went-back"),
                Arguments.of(new WorkerIdsExhaustedException(SECRET, Instant.EPOCH), "worker-ids-exhausted"),
                Arguments.of(new LayoutMismatchException(SECRET), "layout-mismatch"),
                Arguments.of(new TagPausedException(SECRET), "tag-paused"),
                Arguments.of(new WorkerLeaseLostException(SECRET), "lease-lost"),
                Arguments.of(new ClockSkewException(SECRET), "clock-skew"),
                Arguments.of(new IllegalStateException(SECRET), "draining"),
                Arguments.of(new ArithmeticException(SECRET), "internal"));
    }

    @Test
    void whenAWorkerIdComesFreeIsSaid() {
        service.orders.failWith(new WorkerIdsExhaustedException(SECRET, Instant.parse("2026-11-21T00:00:00Z")));
        Answer answer = service.rest.get("/v1/generators/orders/ids/next");
        service.orders.failWith(null);
        assertThat(answer.text()).contains("the first until 2026-11-21T00:00:00Z");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aGeneratorsFailureIsAnsweredInTheApisOwnWords(RuntimeException failure, String problem) {
        service.orders.failWith(failure);
        List<Answer> answers = List.of(
                service.rest.get("/v1/generators/orders/ids/next"),
                service.rest.postJson("/v1/generators/orders/ids", "{\"count\":5}"));
        service.orders.failWith(null);
        for (Answer answer : answers) {
            assertThat(answer.problem()).isEqualTo(problem);
            assertThat(answer.text()).doesNotContain("internal:", "5432", "postgres");
        }
        service.rest.requireGoesOn();
    }
}

package dev.pawl.delay;

import dev.pawl.delay.spi.Partition;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Calls of users that block for one answer. */
final class Calls {

    private Calls() {}

    static <T> T answer(
            DelayContext context, Partition partition, String operation, Supplier<CompletionStage<T>> request) {
        context.requireOpen();
        return Requests.joined(Requests.repeated(context, partition, operation, request))
                .answer();
    }
}

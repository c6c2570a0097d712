package dev.pawl.idgen.server;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** All generators of the service, by name. Immutable. */
final class Generators implements AutoCloseable {

    private final Map<String, ServedGenerator> byName = new LinkedHashMap<>();

    Generators(Collection<ServedGenerator> generators) {
        generators.forEach(generator -> byName.put(generator.name(), generator));
    }

    Optional<ServedGenerator> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * The generator of a name that a client gave.
     *
     * @throws ProblemException if there is none
     */
    ServedGenerator require(String name) {
        return find(name)
                .orElseThrow(() -> Problem.of(
                                ProblemType.UNKNOWN_GENERATOR,
                                "there is no such generator: generator=" + Shown.of(name))
                        .thrown());
    }

    Collection<ServedGenerator> all() {
        return byName.values();
    }

    /** The names of those that could give no id now. */
    List<String> notReady() {
        return byName.values().stream()
                .filter(generator -> !generator.insight().ready().getAsBoolean())
                .map(ServedGenerator::name)
                .toList();
    }

    /** Seals all generators and writes their marks, side by side: each waits for its store. */
    @Override
    public void close() {
        CompletableFuture.allOf(byName.values().stream()
                        .map(served -> CompletableFuture.runAsync(
                                () -> served.generator().close()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }
}

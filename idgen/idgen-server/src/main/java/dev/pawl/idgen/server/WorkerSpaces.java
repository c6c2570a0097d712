package dev.pawl.idgen.server;

import dev.pawl.idgen.layout.IdLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** The worker-id spaces that the configuration knows: their layout, and which worker ids this process has. Immutable. */
final class WorkerSpaces {

    private final Map<String, Space> byName = new TreeMap<>();

    /**
     * A generator's part in a space.
     *
     * @param space the space's name
     * @param workerId the worker id that it has now
     */
    record Lease(String space, IntSupplier workerId) {}

    /** One space. */
    private record Space(IdLayout layout, List<IntSupplier> own) {}

    WorkerSpaces(Collection<ServedGenerator> generators) {
        for (ServedGenerator served : generators) {
            Optional<Lease> lease = served.insight().lease();
            if (lease.isPresent()) {
                byName.computeIfAbsent(
                                lease.get().space(),
                                space -> new Space(served.layout().orElseThrow(), new ArrayList<>()))
                        .own()
                        .add(lease.get().workerId());
            }
        }
    }

    Collection<String> names() {
        return byName.keySet();
    }

    /** The layout of a space's ids, which all its generators have. */
    Optional<IdLayout> layout(String space) {
        return Optional.ofNullable(byName.get(space)).map(Space::layout);
    }

    /** Whether a generator of this process has that worker id. */
    boolean isOwn(String space, int workerId) {
        Space found = byName.get(space);
        return found != null && found.own().stream().anyMatch(own -> own.getAsInt() == workerId);
    }
}

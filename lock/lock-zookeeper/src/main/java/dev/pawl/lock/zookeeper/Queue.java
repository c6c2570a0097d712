package dev.pawl.lock.zookeeper;

import dev.pawl.fencing.FencingToken;
import java.util.List;
import java.util.Optional;

/** Who holds and who waits, by the children of a lock alone. */
record Queue(List<Child> children) {

    static Queue of(List<String> names) {
        return new Queue(Child.queue(names));
    }

    /** Where a node stands; -1 if it is not there. */
    int indexOf(String name) {
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The nodes of an attempt, in the order of the queue. */
    List<Child> of(String attempt, FencingToken.Kind mode) {
        return children.stream()
                .filter(child -> child.attempt().equals(attempt) && child.mode() == mode)
                .toList();
    }

    Child get(int index) {
        return children.get(index);
    }

    /**
     * Whose end the one at an index waits for; nobody if it holds. One who wants to be alone waits for the one in front, and a
     * reader for the last writer in front. For a permit any of those in front would do; it is the nearest that is named.
     */
    Optional<Child> blocker(int index, int permits) {
        return switch (children.get(index).mode()) {
            case EXCLUSIVE -> index == 0 ? Optional.empty() : Optional.of(children.get(index - 1));
            case PERMIT -> index < permits ? Optional.empty() : Optional.of(children.get(index - 1));
            case READ -> lastWriterBefore(index);
        };
    }

    private Optional<Child> lastWriterBefore(int index) {
        for (int i = index - 1; i >= 0; i--) {
            if (children.get(i).mode() == FencingToken.Kind.EXCLUSIVE) {
                return Optional.of(children.get(i));
            }
        }
        return Optional.empty();
    }
}

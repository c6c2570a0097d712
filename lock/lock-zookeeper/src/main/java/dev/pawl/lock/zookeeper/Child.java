package dev.pawl.lock.zookeeper;

import dev.pawl.fencing.FencingToken;
import java.util.List;
import java.util.Optional;

/**
 * A place in the queue of a lock, as the name of its node tells: {@code <mode>-<attempt>-<sequence>}. Whoever came in the place of a
 * holder has {@code first} instead of a number and stands before all; there is never more than one, since it ends the holder
 * in the same transaction.
 */
record Child(String name, FencingToken.Kind mode, String attempt, long sequence) {

    private static final String FIRST = "first";

    /** What ZooKeeper puts a sequence behind. */
    static String prefix(FencingToken.Kind mode, String attempt) {
        return letter(mode) + "-" + attempt + "-";
    }

    static String first(FencingToken.Kind mode, String attempt) {
        return prefix(mode, attempt) + FIRST;
    }

    /** Reads names, leaves out what is not ours, and puts them in the order of the queue. */
    static List<Child> queue(List<String> names) {
        return names.stream()
                .map(Child::parse)
                .flatMap(Optional::stream)
                .sorted((a, b) -> Long.compare(a.sequence, b.sequence))
                .toList();
    }

    static Optional<Child> parse(String name) {
        int end = name.lastIndexOf('-');
        if (end < 2 || name.charAt(1) != '-') {
            return Optional.empty();
        }
        String tail = name.substring(end + 1);
        boolean first = tail.equals(FIRST);
        if (!first && !isSequence(tail)) {
            return Optional.empty();
        }
        long sequence = first ? -1 : Long.parseLong(tail);
        String attempt = name.substring(2, end);
        return mode(name.charAt(0)).map(mode -> new Child(name, mode, attempt, sequence));
    }

    private static boolean isSequence(String tail) {
        return tail.length() == 10 && tail.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static char letter(FencingToken.Kind mode) {
        return switch (mode) {
            case EXCLUSIVE -> 'w';
            case READ -> 'r';
            case PERMIT -> 'p';
        };
    }

    private static Optional<FencingToken.Kind> mode(char letter) {
        return switch (letter) {
            case 'w' -> Optional.of(FencingToken.Kind.EXCLUSIVE);
            case 'r' -> Optional.of(FencingToken.Kind.READ);
            case 'p' -> Optional.of(FencingToken.Kind.PERMIT);
            default -> Optional.empty();
        };
    }
}

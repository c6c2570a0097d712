package dev.pawl.architecture;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which folder may depend on which: {@code common <- fencing <- {idgen,lock,delay}-core <- testkit <- backends <-
 * integration, server <- samples and the unpublished test modules}, and never one concern on another.
 */
final class Arrows {

    private static final Set<String> CONCERNS = Set.of("idgen", "lock", "delay");
    private static final String WHEEL = "delay/delay-wheel";

    private Arrows() {}

    /** The layer of a folder; an arrow points from a higher layer to a lower one. Empty if the folder has none. */
    static OptionalInt layer(String folder) {
        String top = top(folder);
        if (top.equals("common") || folder.equals(WHEEL) || folder.equals("testing/servers")) {
            return OptionalInt.of(0);
        }
        if (folder.equals("fencing/fencing-core")) {
            return OptionalInt.of(1);
        }
        if (folder.equals("testing/testkit")) {
            return OptionalInt.of(3);
        }
        if (top.equals("testing") || top.equals("samples")) {
            return OptionalInt.of(6);
        }
        if (top.equals("integration")
                || folder.endsWith("-server")
                || folder.endsWith("-client")
                || folder.endsWith("-jackson")) {
            return OptionalInt.of(5);
        }
        if (CONCERNS.contains(top) || top.equals("fencing")) {
            return OptionalInt.of(folder.endsWith("-core") ? 2 : 4);
        }
        return OptionalInt.empty();
    }

    /** What is wrong with an arrow, or nothing. */
    static Optional<String> problem(String from, String to, boolean forTestsOnly) {
        if (from.equals(to)) {
            return Optional.empty();
        }
        if (layer(from).isEmpty() || layer(to).isEmpty()) {
            return Optional.of("no layer is known for " + from + " -> " + to);
        }
        if (from.equals(WHEEL)) {
            return Optional.of("the wheel depends on nothing: " + from + " -> " + to);
        }
        if (isOfAnotherConcern(from, to)) {
            return Optional.of("one concern on another: " + from + " -> " + to);
        }
        boolean ofTests = top(from).equals("testing") && layer(from).getAsInt() == 6;
        if (to.equals("testing/servers") && !forTestsOnly && !ofTests) {
            return Optional.of("the test servers outside tests: " + from + " -> " + to);
        }
        boolean downwards = layer(to).getAsInt() < layer(from).getAsInt();
        boolean serversForTests = to.equals("testing/servers") && forTestsOnly;
        boolean insideCommon = top(from).equals("common") && top(to).equals("common");
        boolean betweenTests = ofTests && top(to).equals("testing") && layer(to).getAsInt() == 6;
        return downwards || serversForTests || insideCommon || betweenTests
                ? Optional.empty()
                : Optional.of("against the arrows: " + from + " -> " + to);
    }

    private static boolean isOfAnotherConcern(String from, String to) {
        return CONCERNS.contains(top(from))
                && CONCERNS.contains(top(to))
                && !top(from).equals(top(to))
                && !to.equals(WHEEL);
    }

    private static String top(String folder) {
        return folder.contains("/") ? folder.substring(0, folder.indexOf('/')) : folder;
    }
}

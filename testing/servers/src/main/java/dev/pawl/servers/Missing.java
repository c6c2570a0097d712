package dev.pawl.servers;

import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** What becomes of a test whose server or tool is not there. */
public final class Missing {

    private Missing() {}

    /**
     * Ends a test for want of something: it is reported as skipped, but under {@code CI=true} it fails, since coverage
     * must not vanish silently.
     *
     * @param what what is missing and what to install
     * @return never
     * @throws TestAbortedException where the test may be skipped
     * @throws AssertionError under {@code CI=true}
     */
    public static AssertionError tool(String what) {
        return tool(what, System.getenv("CI"));
    }

    static AssertionError tool(String what, @Nullable String ci) {
        if ("true".equals(ci)) {
            throw new AssertionError(what);
        }
        throw new TestAbortedException(what);
    }
}

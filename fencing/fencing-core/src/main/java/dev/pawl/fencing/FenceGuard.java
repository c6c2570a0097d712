package dev.pawl.fencing;

/**
 * Stands before one resource and refuses holders who have been replaced. The marks that it keeps live as long as the
 * resource and are shared by every instance that guards it.
 *
 * <p><b>Raise before read.</b> The first thing a holder does at the resource is {@link #enter}: only then does it read.
 * A check on writes alone loses updates: 33 reads and pauses, 34 reads, 33 writes and is accepted, since nobody told the
 * resource of 34, and 34 writes over it.
 */
public interface FenceGuard {

    /**
     * Names the resource.
     *
     * @return the name, the same for every instance that guards it
     */
    String resource();

    /**
     * Takes the holder in and keeps older ones out from now on, as one atomic step. Idempotent: a token that has entered may
     * enter again. The first token binds the resource to its issuer.
     *
     * @param token the holder's token
     * @throws StaleTokenException if a later holder has entered
     * @throws IssuerMismatchException if the resource is bound to another issuer
     * @throws dev.pawl.common.BackendException if the store that keeps the marks fails
     */
    void enter(FencingToken token);

    /**
     * Passes if the holder has entered and no later one has. What happens afterwards is protected only where
     * {@link #guarantees()} says so.
     *
     * @param token the holder's token
     * @throws StaleTokenException if a later holder has entered
     * @throws NotEnteredException if this one has not
     * @throws IssuerMismatchException if the resource is bound to another issuer
     * @throws dev.pawl.common.BackendException if the store that keeps the marks fails
     */
    void check(FencingToken token);

    /**
     * Says what the guard promises.
     *
     * @return how far the promise carries, and among whom
     */
    FenceGuarantee guarantees();
}

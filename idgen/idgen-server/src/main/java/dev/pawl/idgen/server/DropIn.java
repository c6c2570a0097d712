package dev.pawl.idgen.server;

/**
 * Which routes of other services are answered too, in their formats.
 *
 * @param leaf those of a Leaf server
 * @param tinyid those of a tinyid server
 */
record DropIn(boolean leaf, boolean tinyid) {

    static final DropIn NONE = new DropIn(false, false);
}

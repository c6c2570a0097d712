/** The id service beside empty HTTP servers, loaded by wrk. {@link dev.pawl.benchmarks.rest.RestBench} runs it. */
@NullMarked
package dev.pawl.benchmarks.rest;

import org.jspecify.annotations.NullMarked;

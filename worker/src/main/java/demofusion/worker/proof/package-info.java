/**
 * Whether a worker's device computes what it should, asked by the worker itself. Read {@link
 * demofusion.worker.proof.SelfCheck} first.
 */
@NullMarked
package demofusion.worker.proof;

import org.jspecify.annotations.NullMarked;

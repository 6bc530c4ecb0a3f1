/** Benchmarks: {@code demofusion bench}. */
@NullMarked
package demofusion.deploy.bench;

import org.jspecify.annotations.NullMarked;

/**
 * What is computed: the algorithm ({@code diffusion}, read first), the actors that scatter it over
 * workers ({@code render}), the files of a job ({@code store}), the picture's bytes ({@code
 * image}).
 */
@NullMarked
package demofusion.coordinator;

import org.jspecify.annotations.NullMarked;

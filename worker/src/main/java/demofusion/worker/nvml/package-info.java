/**
 * What an NVIDIA driver tells of a GPU beside its memory: power, clocks, temperature, why it slows
 * down, its errors. Asked of the driver's own two libraries, which are there wherever it is; where
 * they are not, nothing is known and nothing said. Read {@link demofusion.worker.nvml.Gpu} first.
 */
@NullMarked
package demofusion.worker.nvml;

import org.jspecify.annotations.NullMarked;

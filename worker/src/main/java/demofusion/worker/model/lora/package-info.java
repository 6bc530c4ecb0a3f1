/**
 * LoRA and its relatives: what a file changes in a model's weights. Begin with {@link
 * demofusion.worker.model.lora.LoraSet}, which is what a picture is drawn with; {@link
 * demofusion.worker.model.lora.LoraFile} is one file of it. Pure Java on float arrays, so that a
 * merged weight has the same bits on every machine.
 */
@NullMarked
package demofusion.worker.model.lora;

import org.jspecify.annotations.NullMarked;

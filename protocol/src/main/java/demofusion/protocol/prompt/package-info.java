/**
 * The weighted syntax of prompts, A1111's, as text alone: read {@link
 * demofusion.protocol.prompt.PromptSchedule} (which text a step takes) and then {@link
 * demofusion.protocol.prompt.PromptWeights} (which words weigh what). Both sides of the wire read
 * prompts, so it is here; nothing here knows of tokens.
 */
@NullMarked
package demofusion.protocol.prompt;

import org.jspecify.annotations.NullMarked;

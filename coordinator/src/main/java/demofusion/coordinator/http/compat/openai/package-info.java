/**
 * OpenAI's API as far as it is about pictures. Read {@link
 * demofusion.coordinator.http.compat.openai.OpenAiApi} first.
 */
@NullMarked
package demofusion.coordinator.http.compat.openai;

import org.jspecify.annotations.NullMarked;

/** GPT-2: {@link io.haori.model.family.gpt2.Gpt2Family} puts it together. */
@NullMarked
package io.haori.model.family.gpt2;

import org.jspecify.annotations.NullMarked;

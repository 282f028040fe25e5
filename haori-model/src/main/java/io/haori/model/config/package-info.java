/**
 * What a base looks like before its weights are read: {@link
 * io.haori.model.config.BertConfig} says how many layers of which width, read from a Hugging
 * Face {@code config.json} or built in code for the bases that have none.
 */
@NullMarked
package io.haori.model.config;

import org.jspecify.annotations.NullMarked;

/**
 * BERT and RoBERTa: {@link io.haori.model.family.bert.BertConfig} is their shape, {@code BertParts}
 * puts both together.
 */
@NullMarked
package io.haori.model.family.bert;

import org.jspecify.annotations.NullMarked;

/**
 * A decoder that learns to answer prompts: {@link io.haori.training.instruct.AnswerSettings} says
 * how, {@link io.haori.training.pretrain.Pretrainer} learns, {@link
 * io.haori.training.instruct.WrittenAnswers} compares what it writes with the right answers.
 */
@NullMarked
package io.haori.training.instruct;

import org.jspecify.annotations.NullMarked;

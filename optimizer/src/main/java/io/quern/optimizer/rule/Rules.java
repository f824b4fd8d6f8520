package io.quern.optimizer.rule;

import java.util.List;

/** All rules there are. */
public final class Rules {
    /** In the order in which they are tried at one place. */
    public static final List<Rule> ALL =
            List.of(
                    new TruncatedDateToRange(),
                    new ExtractedPartsToRange(),
                    new CastDateToRange(),
                    new IntervalToOtherSide(),
                    new SummandToOtherSide(),
                    new DecimalToInteger(),
                    new IntegerTextToInteger(),
                    new CoalesceToComparison(),
                    new NotDistinctToEquals(),
                    new NotInToNotExists(),
                    new OrAcrossJoinToUnion(),
                    new OrSubqueryToUnion(),
                    new DropDistinctOnKey(),
                    new DropOuterJoinUnderDistinct(),
                    new DisjointUnionToUnionAll(),
                    new CountToExists(),
                    new SplitExists(),
                    new QuantifiedToExtreme(),
                    new CorrelatedAggregateToJoin(),
                    new KeysetOrToRowComparison(),
                    new TextStartToPrefix(),
                    new DropSelfJoinOnKey(),
                    new DropForeignKeyJoin(),
                    new UnionJoinToLateral(),
                    new ScalarQueriesToLateral(),
                    new SelfAggregateToWindow(),
                    new AnyOfArrayToContains(),
                    new CaseToCondition(),
                    new CoalescedOuterJoinToInner(),
                    new InlineCommonTable(),
                    new ConcatenationToColumns(),
                    new JsonFieldToContainment(),
                    new ComparisonChainToBound(),
                    new LiteralListToArray(),
                    new WindowToScalarQuery(),
                    new NumberedJoinToLateral(),
                    new GroupedJoinToLateral(),
                    new DistinctToIndexSteps(),
                    new RepeatedJoinToCommonTable());

    private Rules() {}
}

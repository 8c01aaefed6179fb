import { raiseInliningBudget } from '../src/inlining-budget.ts';

raiseInliningBudget();

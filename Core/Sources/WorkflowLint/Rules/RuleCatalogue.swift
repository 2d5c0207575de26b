import Diagnostics

/// Every rule there is. A rule that is not here is found by a test of the repository.
public enum RuleCatalogue {
  static let fileRules: [any FileRule.Type] = [
    DuplicateKey.self, GiteaBlockScalarRoundtrip.self, GiteaDeadWorkflow.self,
    GiteaDispatchInputs.self, GiteaNullEventFilter.self, GiteaStepCoeExpression.self,
    GiteaUnknownKey.self, GiteaUnknownStepKey.self, GiteaUnsupportedEvent.self,
    GiteaWorkflowCallMap.self, GiteaWorkflowRun.self, GiteaYamlAnchor.self, RunBlockSyntax.self,
    YamlParseError.self, GiteaAnnotationOnlyReport.self, GiteaAutoCancelKillsDeploy.self,
    GiteaConcurrencyIgnored.self, GiteaDynamicMatrix.self, GiteaEnvironmentIgnored.self,
    GiteaExpressionFunction.self, GiteaIfStatusFnNeeds.self, GiteaJobCoeIgnored.self,
    GiteaPermissionsIgnored.self, GiteaRunsOnMapping.self, GiteaTimeoutIgnored.self,
    JobNameSlash.self, NameUnset.self, RequiredPathsFilter.self, SentinelNeedsIncomplete.self,
    WorkflowNameMissing.self, WorkflowNameSlash.self, CoeOnProdDeploy.self, CoeOnRequired.self,
    CoeUntracked.self, CurlStatusCapture.self, GateFailOpen.self, GateMissingTokenScope.self,
    JqNullFirstElement.self, PipefailEarlyClose.self, SecretInArgv.self, TemplateInjection.self,
    VerifySinglePoll.self, DeployLatestDefault.self, DeployWithoutVerify.self,
    MutableTagAtBuild.self, ProdAggregateOnlyGate.self, ProdCanaryMissing.self,
    ProdConcurrencySerialization.self, ProdGuardAfterSideEffect.self, ProdKillSwitchCosmetic.self,
    ProdMissingOperationalControl.self, ProdNoSupersededCheck.self,
    ProdNonProdEndpointOverride.self, ProdRawResponseLog.self, PromoteBeforeVerify.self,
    PromoteByTag.self, PromoteGroupPerSha.self, PromoteNoAncestryCheck.self, PromotePartialSet.self,
    TokenFallbackChain.self, DockerHostUnpinned.self, GiteaCrossRepoReusable.self,
    GiteaForeignInstanceReusable.self, GiteaSubpathUses.self, GithubServerURLUnpinned.self,
    JobMissingTimeout.self, RunnerLabelUnknown.self, ScheduleActive.self,
    SetupGoCacheSharedRunner.self,
  ]

  static let folderRules: [any FolderRule.Type] = [
    GiteaShadowedWorkflowDir.self, ContextDuplicate.self, RequiredContextPhantom.self,
    RequiredContextsDrift.self, WorkflowNameCollision.self,
  ]

  static let changeRules: [any ChangeRule.Type] = [
    ContextSetShrink.self, NewContextUndeclared.self, CoePreflipUnproven.self, MaskPrSplit.self,
    ForbiddenTenantEnvKey.self, InternalPath.self, SecretInDiff.self, WhitespaceError.self,
  ]

  /// Those that look at what the others did, or at the settings.
  static let metaRules: [any Rule.Type] = [
    ProductionUnmatched.self, SuppressionExpired.self, SuppressionMalformed.self,
    SuppressionUnused.self, SuppressionWithoutReason.self,
  ]

  /// What every rule is, by name.
  public static let all: [RuleAbout] =
    (fileRules.map { $0.about } + folderRules.map { $0.about } + changeRules.map { $0.about }
    + metaRules.map { $0.about }).sorted { $0.id < $1.id }

  public static let names: [String] = all.map(\.id.text)

  public static func about(_ name: String) -> RuleAbout? { all.first { $0.id.text == name } }
}

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>Hands out ids of the size that gitlab.com has reached: several kinds no longer fit 32 bits.</summary>
public sealed class IdSequence
{
    private long _user = 21_000_000;
    private long _namespace = 96_000_000;
    private long _project = 68_000_000;
    private long _mergeRequest = 412_000_000;
    private long _note = 2_710_000_000;
    private long _pipeline = 2_163_000_000;
    private long _job = 12_140_000_000;
    private long _environment = 27_400_000;
    private long _deployment = 1_140_000_000;
    private long _flag = 2_080_000;
    private long _strategy = 3_300_000;
    private long _hook = 64_000_000;

    public long NextUser() => ++_user;

    public long NextNamespace() => ++_namespace;

    public long NextProject() => ++_project;

    public long NextMergeRequest() => ++_mergeRequest;

    public long NextNote() => ++_note;

    public long NextPipeline() => ++_pipeline;

    public long NextJob() => ++_job;

    public long NextEnvironment() => ++_environment;

    public long NextDeployment() => ++_deployment;

    public long NextFlag() => ++_flag;

    public long NextStrategy() => ++_strategy;

    public long NextHook() => ++_hook;
}

//! Faulty files, and what is reported of each.

/// A faulty file: its name, its text, and what is told of it, each as message, help, and the text that the span covers.
/// Messages and helps may be given by their beginnings, ending in `…`.
pub struct Case {
    pub name: &'static str,
    pub text: &'static str,
    pub reported: &'static [(&'static str, Option<&'static str>, &'static str)],
}

macro_rules! cases {
    ($($name:literal: $text:literal => [$(($message:literal, $help:expr, $covered:literal)),* $(,)?];)*) => {
        &[$(Case { name: $name, text: $text, reported: &[$(($message, $help, $covered)),*] }),*]
    };
}

/// All of them.
pub const CASES: &[&[Case]] = &[
    SYNTAX, NUMBERS, WORDS, NAMES, AXES, SHAPES, STRUCTURE, CASCADES,
];

const SYNTAX: &[Case] = cases! {
    "not_toml": "x = = 1\n" => [("invalid TOML: extra `=`, expected nothing", None, "=")];
    "not_toml2": "[[stage]]\ndilations = [1]\noops\n" => [("invalid TOML: key with no value, expected `=`", None, "")];
    "empty": "" => [("the network has no stages", Some("add a `[[stage]]`, for example with `dilations = [1, 2, 5]`"), "")];
    "only_name": "name=\"a\"\n" => [("the network has no stages", Some("add a `[[stage]]`, for example with `dilations = [1, 2, 5]`"), "")];
    "stage_empty_list": "stage = []\n" => [("the network has no stages", Some("add a `[[stage]]`, for example with `dilations = [1, 2, 5]`"), "[]")];
    "stage_scalar": "stage = 3\n" => [("expected a list, found a whole number", None, "3")];
    "stage_table": "[stage]\ndilations=[1]\n" => [("expected a list, found a table", Some("write [[stage]], with two brackets"), "[stage]")];
    "stage_tables": "[stage]\ndilations=[1]\n[stage]\ndilations=[1]\n" => [("invalid TOML: duplicate key", Some("write [[stage]], with two brackets"), "stage")];
    "spaces": "[[stage]]\ndilations = [1 2 5]\n" => [("invalid TOML: string values must be quoted, …", Some("separate the numbers with commas: [1, 2, 5]"), "1 2 5")];
    "spaces_some": "[[stage]]\ndilations = [1, 2 5] # all\n" => [("invalid TOML: string values must be quoted, …", Some("separate the numbers with commas: [1, 2, 5]"), "2 5")];
    "spaces_nested": "[[stage]]\ndilations = [[1 2], 5]\n" => [("invalid TOML: string values must be quoted, …", Some("separate the numbers with commas: [1, 2]"), "1 2")];
    "spaces_bare": "input = 9 9\n" => [("invalid TOML: string values must be quoted, …", Some("write a list as [9, 9]"), "9 9")];
    "parentheses": "[[stage]]\nkernel = (3,3)\ndilations = [1]\n" => [("invalid TOML: unexpected key or value, …", Some("write a list as [3, 3]"), "")];
    "parentheses_in": "[[stage]]\nlayers = [{ kernel = (3, 5) }]\n" => [("invalid TOML: string values must be quoted, …", Some("write a list as [3, 5]"), "(3")];
    "parentheses_one": "[[stage]]\nkernel = (3)\ndilations = [1]\n" => [("invalid TOML: string values must be quoted, …", Some("write 3 without parentheses"), "(3)")];
    "bare_list": "input = 513, 513 # y, x\n[[stage]]\ndilations = 1, 2,5\n" => [("invalid TOML: unexpected key or value, …", Some("write a list as [513, 513]"), ""), ("invalid TOML: unexpected key or value, …", Some("write a list as [1, 2, 5]"), "")];
    "comma": "[[stage]]\nkernel = 3, # taps\ndilations = [1],\n" => [("invalid TOML: unexpected key or value, …", Some("remove the comma at the end of the line"), ""), ("invalid TOML: unexpected key or value, …", Some("remove the comma at the end of the line"), "")];
    "comma_crlf": "[[stage]]\r\nkernel = 3,\r\ndilations = [1]\r\n" => [("invalid TOML: unexpected key or value, …", Some("remove the comma at the end of the line"), "")];
    "colon": "[[stage]]\nname: \"a\"\ndilations = [1]\n" => [("invalid TOML: key with no value, expected `=`", Some("TOML uses `=`: key = value"), "")];
    "colon_in": "[[stage]]\nlayers = [{ kernel: 3 }]\n" => [("invalid TOML: missing assignment between key-value pairs, …", Some("TOML uses `=`: key = value"), "")];
    "colon_close": "[[stage]]\nname:a\ndilations = [1]\n" => [("invalid TOML: key with no value, expected `=`", Some("TOML uses `=`: key = value"), "")];
    "no_hint": "[[stage]]\nname = 3 \"(3, 3)\"\n" => [("invalid TOML: …", None, "")];
    "no_hint2": "[[stage]]\nname = a # (3, 3),\n" => [("invalid TOML: string values must be quoted, …", None, "a")];
    "dupkey": "[[stage]]\ndilations=[1]\ndilations=[2]\n" => [("invalid TOML: duplicate key", None, "dilations")];
    "rulesdup": "[rules]\ngridding=\"warn\"\ngridding=\"deny\"\n[[stage]]\ndilations = [1]\n" => [("invalid TOML: duplicate key", None, "gridding")];
};

const NUMBERS: &[Case] = cases! {
    "zero": "[[stage]]\ndilations = [1, 0]\n" => [("dilation must be at least 1, is 0", None, "0")];
    "neg": "[[stage]]\ndilations = [1, -2]\n" => [("dilation must be at least 1, is -2", None, "-2")];
    "frac": "[[stage]]\ndilations = [1.5]\n" => [("expected a whole number, found a fractional number", None, "1.5")];
    "str": "[[stage]]\ndilations = [\"2\"]\n" => [("expected a whole number, found a string", Some("write the number without quotes"), "\"2\"")];
    "past64": "[[stage]]\ndilations = [99999999999999999999]\n" => [("the number does not fit in 64 bits", None, "99999999999999999999")];
    "pastlim": "[[stage]]\ndilations = [16777217]\n" => [("dilation is 16777217, past the limit of 16777216", None, "16777217")];
    "zerokernel": "[[stage]]\nkernel = 0\ndilations = [1, 2]\n" => [("kernel must be at least 1, is 0", None, "0")];
    "kernel_lim": "[[stage]]\nkernel=4097\ndilations=[1]\n" => [("kernel is 4097, past the limit of 4096", None, "4097")];
    "strideneg": "[[stage]]\nstride=-1\ndilations=[1]\n" => [("stride must be at least 1, is -1", None, "-1")];
    "padneg": "[[stage]]\npadding=-1\ndilations=[1,2]\n" => [("padding must be at least 0, is -1", None, "-1")];
    "padneg_l": "[[stage]]\nlayers=[{padding=-1}]\n" => [("padding must be at least 0, is -1", None, "-1")];
    "poolneg": "[[stage]]\nlayers=[{op=\"max-pool\",kernel=2,stride=0}]\n" => [("stride must be at least 1, is 0", None, "0")];
    "poolkernel0": "[[stage]]\nlayers=[{op=\"max-pool\",kernel=0}]\n" => [("kernel must be at least 1, is 0", None, "0")];
    "rep0": "[[stage]]\ndilations=[1]\nrepeat=0\n" => [("repeat must be at least 1, is 0", None, "0")];
    "rep12": "[[stage]]\ndilations=[1]\nrepeat=1000000000000\n" => [("1 layer repeated 1000000000000 times: more than 100000 layers in the network", None, "1000000000000")];
    "input0": "input=0\n[[stage]]\ndilations = [1]\n" => [("input must be at least 1, is 0", None, "0")];
    "inputlim": "input=4000000000\n[[stage]]\ndilations = [1]\n" => [("input is 4000000000, past the limit of 2147483647", None, "4000000000")];
    "inputstr": "input=\"65\"\n[[stage]]\ndilations = [1]\n" => [("expected a whole number, found a string", Some("write the number without quotes"), "\"65\"")];
    "groups": "[[stage]]\nlayers=[{groups=\"2\"}]\n" => [("expected a whole number, found a string", Some("write the number without quotes"), "\"2\"")];
    "targetrf": "[target]\nreceptive_field=0\n[[stage]]\ndilations = [1]\n" => [("receptive_field must be at least 1, is 0", None, "0")];
    "date": "[[stage]]\ndilations=[2024-01-01]\n" => [("expected a whole number, found a date", None, "2024-01-01")];
    "hex": "[[stage]]\ndilations=[0x10000000000000000000]\n" => [("the number does not fit in 64 bits", None, "0x10000000000000000000")];
    "bool": "[[stage]]\ndilations=[true]\n" => [("expected a whole number, found a boolean", None, "true")];
    "tbl": "[[stage]]\ndilations=[{a=1}]\n" => [("unknown key `a` in a cycle of dilations", Some("known keys: cycle"), "a")];
    "cycle_key": "[[stage]]\ndilations=[{cycel=[1]}]\n" => [("unknown key `cycel` in a cycle of dilations", Some("did you mean `cycle`?"), "cycel")];
    "cycle_none": "[[stage]]\ndilations=[{}]\n" => [("a table of dilations needs `cycle`", Some("for example `{ cycle = [1, 2, 5] }`: each repetition of the stage takes the next"), "{}")];
    "cycle_empty": "[[stage]]\ndilations=[{cycle=[]}]\n" => [("a cycle needs at least one dilation", Some("for example…"), "[]")];
    "cycle_one": "[[stage]]\ndilations=[{cycle=2}]\n" => [("expected a list, found a whole number", None, "2")];
    "cycle_nested": "[[stage]]\nrepeat=2\ndilations=[{cycle=[1,{cycle=[2]}]}]\n" => [("expected a whole number, found a table", None, "{cycle=[2]}")];
    "cycle_zero": "[[stage]]\nrepeat=3\nlayers=[{dilation=[1,{cycle=[1,0]}]}]\n" => [("dilation must be at least 1, is 0", None, "0")];
    "cycle_long": "[[stage]]\nrepeat=2\ndilations=[{cycle=[1,2,5]}]\n" => [("a cycle of 3 dilations in a stage of 2 repetitions", Some("set `repeat` to at least as many, or leave out the dilations that no repetition takes"), "{cycle=[1,2,5]}")];
    "cycle_repeat": "[[stage]]\nrepeat=0\ndilations=[{cycle=[1,2,5]}]\n" => [("repeat must be at least 1, is 0", None, "0")];
    "cycle_transposed": "[[stage]]\nrepeat=2\nlayers=[{op=\"transposed\",kernel=2,dilation={cycle=[1,2]}}]\n" => [("a transposed convolution has one dilation for all repetitions", None, "{cycle=[1,2]}")];
    "cycle_axes": "dims=1\n[[stage]]\nrepeat=2\nlayers=[{dilation=[{cycle=[1,2]},1]}]\n" => [("dilation has 2 values but the network has 1 axis", None, "[{cycle=[1,2]},1]")];
    "overflowpad": "[[stage]]\npadding=9223372036854775807\ndilations=[1]\n" => [("padding is 9223372036854775807, past the limit of 68719476736", None, "9223372036854775807")];
};

const WORDS: &[Case] = cases! {
    "rate": "[[stage]]\nrate=[1]\n" => [("unknown key `rate` in a stage", Some("did you mean `dilations`?"), "rate")];
    "rates": "[[stage]]\nrates=[1]\n" => [("unknown key `rates` in a stage", Some("did you mean `dilations`?"), "rates")];
    "ratel": "[[stage]]\nlayers=[{rate=2}]\n" => [("unknown key `rate` in a layer", Some("did you mean `dilation`?"), "rate")];
    "top": "foo=1\n[[stage]]\ndilations = [1]\n" => [("unknown key `foo` in the network file", Some("known keys: name, dims, input, outputs, defaults, target, rules, stage"), "foo")];
    "topkernel": "kernel=3\n[[stage]]\ndilations = [1]\n" => [("unknown key `kernel` in the network file", Some("`kernel` belongs in `[defaults]` or in a `[[stage]]`"), "kernel")];
    "topkernal": "kernal=3\n[[stage]]\ndilations = [1]\n" => [("unknown key `kernal` in the network file", Some("did you mean `kernel`? it belongs in `[defaults]` or in a `[[stage]]`"), "kernal")];
    "topfield": "receptive_field=9\n[[stage]]\ndilations = [1]\n" => [("unknown key `receptive_field` in the network file", Some("`receptive_field` belongs in `[target]`"), "receptive_field")];
    "topdilations": "dilations=[1]\n[[stage]]\ndilations = [1]\n" => [("unknown key `dilations` in the network file", Some("`dilations` belongs in a `[[stage]]`"), "dilations")];
    "toprates": "dilation_rates=[1]\n[[stage]]\ndilations = [1]\n" => [("unknown key `dilation_rates` in the network file", Some("did you mean `dilations`? it belongs in a `[[stage]]`"), "dilation_rates")];
    "kernal": "[[stage]]\nkernal=3\ndilations=[1]\n" => [("unknown key `kernal` in a stage", Some("did you mean `kernel`?"), "kernal")];
    "stages": "[[stages]]\ndilations=[1]\n" => [("unknown key `stages` in the network file", Some("did you mean `stage`?"), "stages")];
    "defaults": "[defaults]\ndilation=2\n[[stage]]\ndilations = [1]\n" => [("unknown key `dilation` in `[defaults]`", Some("known keys: kernel, stride, padding"), "dilation")];
    "target": "[target]\nfield=3\n[[stage]]\ndilations = [1]\n" => [("unknown key `field` in `[target]`", Some("known keys: receptive_field, smallest_object"), "field")];
    "op": "[[stage]]\nlayers=[{op=\"cov\"}]\n" => [("unknown operation \"cov\"", Some("did you mean \"conv\"?"), "\"cov\"")];
    "op_relu": "[[stage]]\nlayers=[{op=\"relu\"},{op=\"BatchNorm2d\"},{op=\"batch-norm\"}]\n" => [("unknown operation \"relu\"", Some("leave out layers that read one position at a time: activations, normalization, dropout"), "\"relu\""), ("unknown operation \"BatchNorm2d\"", Some("leave out layers that…"), "\"BatchNorm2d\""), ("unknown operation \"batch-norm\"", Some("leave out layers that…"), "\"batch-norm\"")];
    "op_dense": "[[stage]]\nlayers=[{op=\"linear\"}]\n" => [("unknown operation \"linear\"", Some("leave it out if it reads one position at a time, …"), "\"linear\"")];
    "op_transposed": "[[stage]]\nlayers=[{op=\"conv-transpose\"},{op=\"ConvTranspose2d\"},{op=\"transposed-conv\"},{op=\"conv-transposed\"}]\n" => [("unknown operation \"conv-transpose\"", Some("did you mean \"transposed\"?"), "\"conv-transpose\""), ("unknown operation \"ConvTranspose2d\"", Some("did you mean \"transposed\"?"), "\"ConvTranspose2d\""), ("unknown operation \"transposed-conv\"", Some("did you mean \"transposed\"?"), "\"transposed-conv\""), ("unknown operation \"conv-transposed\"", Some("did you mean \"transposed\"?"), "\"conv-transposed\"")];
    "mode": "[[stage]]\nlayers=[{op=\"upsample\",factor=2,mode=\"bilinear\"}]\n" => [("unknown mode \"bilinear\"", Some("did you mean \"linear\"?"), "\"bilinear\"")];
    "rule": "[rules]\ngriding=\"warn\"\n[[stage]]\ndilations = [1]\n" => [("unknown rule \"griding\"", Some("did you mean \"gridding\"?"), "griding")];
    "level": "[rules]\ngridding=\"error\"\n[[stage]]\ndilations = [1]\n" => [("unknown level \"error\"", Some("did you mean \"deny\"?"), "\"error\"")];
    "levelt": "[rules]\ngrating-lobe={level=\"x\",max=0.3}\n[[stage]]\ndilations = [1]\n" => [("unknown level \"x\"", Some("known: \"allow\", \"note\", \"warn\", \"deny\""), "\"x\"")];
    "max": "[rules]\ngrating-lobe={max=3}\n[[stage]]\ndilations = [1]\n" => [("`max` of rule `grating-lobe` must be a number from 0 to 1", None, "3")];
    "maxkey": "[rules]\ngrating-lobe={maks=0.3}\n[[stage]]\ndilations = [1]\n" => [("unknown key `maks` in rule `grating-lobe`", Some("known keys: level, max"), "maks")];
    "profile": "[rules]\nprofile=\"publish\"\n[[stage]]\ndilations = [1]\n" => [("unknown profile \"publish\"", Some("did you mean \"published\"?"), "\"publish\"")];
    "levelnum": "[rules]\ngridding=3\n[[stage]]\ndilations = [1]\n" => [("expected a level (\"allow\", \"note\", \"warn\" or \"deny\"), found a whole number", None, "3")];
    "padword": "[[stage]]\npadding=\"sam\"\ndilations=[1]\n" => [("unknown padding \"sam\"", Some("did you mean \"same\"?"), "\"sam\"")];
    "merge": "[[stage]]\nlayers=[{branches=[[],[{}]],merge=\"sum\"}]\n" => [("unknown merge \"sum\"", Some("did you mean \"add\"?"), "\"sum\"")];
    "suppr": "[[stage]]\ndilations = [1]\n# degrid: alow(gridding)\n" => [("unknown form of a `degrid:` comment", Some("write `# degrid: allow(rule) reason`"), "alow(gridding)")];
    "suppr2": "[[stage]]\ndilations=[1] # degrid: allow(griding) x\n" => [("unknown rule \"griding\"", Some("did you mean \"gridding\"?"), "griding")];
    "suppr3": "[[stage]]\ndilations=[1] # degrid: allow()\n" => [("unknown rule \"\"", Some("known: \"borrowed-coverage\", \"common-factor\", \"degenerate-dilation\",…"), "")];
    "profiletable": "[rules]\nprofile={level=\"warn\"}\n[[stage]]\ndilations = [1]\n" => [("a profile must be a string", Some("for example `profile = \"published\"`"), "{level=\"warn\"}")];
    "levelnumber": "[rules]\ngridding={level=1}\n[[stage]]\ndilations = [1]\n" => [("a level must be a string", Some("for example `level = \"warn\"`"), "1")];
    "profilestage": "[[stage]]\ndilations=[1]\nrules={profile=\"published\"}\n" => [("unknown rule \"profile\"", Some("known: \"borrowed-coverage\", \"common-factor\", \"degenerate-dilation\",…"), "profile")];
    "nan": "[rules]\ngrating-lobe={max=nan}\n[[stage]]\ndilations = [1]\n" => [("`max` of rule `grating-lobe` must be a number from 0 to 1", None, "nan")];
    "rulesarr": "rules=[1]\n[[stage]]\ndilations = [1]\n" => [("expected a table, found a list", None, "[1]")];
    "stagerules": "[[stage]]\ndilations=[1]\nrules=\"warn\"\n" => [("expected a table, found a string", None, "\"warn\"")];
};

const NAMES: &[Case] = cases! {
    "from": "[[stage]]\nname=\"a\"\ndilations=[1]\n[[stage]]\nfrom=\"b\"\ndilations=[1]\n" => [("unknown stage \"b\"", Some("did you mean \"a\"?"), "\"b\"")];
    "fwd": "[[stage]]\nname=\"a\"\nfrom=\"b\"\ndilations=[1]\n[[stage]]\nname=\"b\"\ndilations=[1]\n" => [("stage \"b\" is defined later; a stage can only read earlier ones", Some("move it before this stage"), "\"b\"")];
    "self": "[[stage]]\nname=\"a\"\nfrom=\"a\"\ndilations=[1]\n" => [("a stage cannot read itself", Some("known here: \"input\""), "\"a\"")];
    "dup": "[[stage]]\nname=\"a\"\ndilations=[1]\n[[stage]]\nname=\"a\"\ndilations=[1]\n" => [("two stages are named \"a\"", Some("give each stage its own name"), "\"a\"")];
    "nameinput": "[[stage]]\nname=\"input\"\ndilations=[1]\n" => [("a stage cannot be named \"input\"", Some("\"input\" is the input of the network"), "\"input\"")];
    "outputs": "outputs=[\"x\"]\n[[stage]]\ndilations = [1]\n" => [("unknown stage \"x\"", Some("known here: \"stage 1\", \"input\""), "\"x\"")];
    "outputs0": "outputs=[]\n[[stage]]\ndilations = [1]\n" => [("`outputs` needs at least one stage", Some("leave out `outputs` to use the last stage"), "[]")];
    "outputs_s": "outputs=\"x\"\n[[stage]]\ndilations = [1]\n" => [("unknown stage \"x\"", Some("known here: \"stage 1\", \"input\""), "\"x\"")];
    "from0": "[[stage]]\nfrom=[]\ndilations=[1]\n" => [("`from` needs at least one stage", Some("leave out `from` to read the previous stage"), "[]")];
    "fromnum": "[[stage]]\nfrom=3\ndilations=[1]\n" => [("expected a string, found a whole number", None, "3")];
    "likeunknown": "[[stage]]\nlayers=[{op=\"crop\",like=\"zz\"}]\n" => [("unknown stage \"zz\"", Some("known here: \"input\""), "\"zz\"")];
    "fwdinlike": "[[stage]]\nlayers=[{op=\"crop\",like=\"b\"}]\n[[stage]]\nname=\"b\"\ndilations=[1]\n" => [("stage \"b\" is defined later; a stage can only read earlier ones", Some("move it before this stage"), "\"b\"")];
    "noname": "[[stage]]\nname=3\ndilations=[1]\n" => [("expected a string, found a whole number", None, "3")];
};

const AXES: &[Case] = cases! {
    "axes": "[[stage]]\nkernel=[3,3,3]\ndilations=[1]\n" => [("kernel has 3 values but the network has 2 axes", None, "[3,3,3]")];
    "axes_d": "[[stage]]\ndilations=[[1,2,3]]\n" => [("dilation has 3 values but the network has 2 axes", None, "[1,2,3]")];
    "axes_in": "dims=2\ninput=[5]\n[[stage]]\ndilations = [1]\n" => [("input has 1 value but the network has 2 axes", None, "[5]")];
    "dims0": "dims=0\n[[stage]]\ndilations = [1]\n" => [("a network has 1, 2 or 3 axes, not 0", None, "0")];
    "dims4": "dims=4\n[[stage]]\ndilations = [1]\n" => [("a network has 1, 2 or 3 axes, not 4", None, "4")];
    "dimsf": "dims=1.5\n[[stage]]\ndilations = [1]\n" => [("expected a whole number, found a fractional number", None, "1.5")];
    "in4": "input=[1,2,3,4]\n[[stage]]\ndilations = [1]\n" => [("a network has 1, 2 or 3 axes, not 4", None, "[1,2,3,4]")];
    "pad1d": "dims=1\n[[stage]]\npadding=[1,2]\ndilations=[1]\n" => [("padding has 2 values but the network has 1 axis", Some("for asymmetric padding write `[[before, after]]`"), "[1,2]")];
    "pad1dpair": "dims=1\n[[stage]]\npadding=[[1,2],[1,2]]\ndilations=[1]\n" => [("padding has 2 values but the network has 1 axis", Some("for asymmetric padding write `[[before, after]]`"), "[[1,2],[1,2]]")];
    "padtrip": "[[stage]]\npadding=[[1,2,3],[1,2]]\ndilations=[1]\n" => [("a padding pair has 2 numbers, not 3", Some("write `[before, after]` for each axis"), "[1,2,3]")];
    "targetaxes": "[target]\nreceptive_field=[1,2,3]\n[[stage]]\ndilations = [1]\n" => [("receptive_field has 3 values but the network has 2 axes", None, "[1,2,3]")];
};

const SHAPES: &[Case] = cases! {
    "strsame": "[[stage]]\nlayers=[{stride=2}]\n" => [("a convolution with stride 2 needs explicit padding", Some("`padding = 1` is the common choice for this kernel"), "{stride=2}")];
    "strsame7": "[[stage]]\nlayers=[{kernel=[7,3],stride=2}]\n" => [("a convolution with stride 2 needs explicit padding", Some("`padding = [3, 1]` is the common choice for this kernel"), "{kernel=[7,3],stride=2}")];
    "strsame_w": "[[stage]]\nlayers=[{kernel=7,stride=2,padding=\"same\"}]\n" => [("padding \"same\" is not defined for a convolution with stride 2", Some("write numbers: PyTorch has no strided \"same\" and TensorFlow's depends on the input size; `padding = 3` is the common choice for this kernel"), "\"same\"")];
    "poolpad": "[[stage]]\nrepeat=2\nlayers=[{op=\"max-pool\",kernel=3,stride=2,padding=4}]\n" => [("padding 4 of a pool is more than half of its kernel", Some("at most 1, half of the 3 positions that kernel 3 spans, as in PyTorch; `{ op = \"pad\" }` before it adds more"), "4")];
    "poolpad_dilated": "[[stage]]\nlayers=[{op=\"avg-pool\",kernel=[3,2],stride=1,dilation=2,padding=[2,2]}]\n" => [("padding 2 of a pool is more than half of its kernel", Some("at most 1, half of the 3 positions that kernel 2 with dilation 2 spans, as in PyTorch; `{ op = \"pad\" }` before it adds more"), "2")];
    "groups_apart": "[[stage]]\nrepeat=2\nlayers=[{groups=3,channels=8}]\n" => [("3 groups do not divide 8 channels", Some("`groups` must divide `channels`: 2 and 4 do"), "3")];
    "groups_past": "[[stage]]\nlayers=[{groups=9,channels=8}]\n" => [("9 groups do not divide 8 channels", Some("`groups` must divide `channels`: 8 does"), "9")];
    "shrink": "input=[5,5]\n[[stage]]\npadding=0\ndilations=[1,2,4]\n" => [("the map shrinks below 1: it has 3 positions along y here, and the layer needs at least 5", Some("pad the layer, stride less before it, or give a larger input"), "2")];
    "mergesize": "input=[9,9]\n[[stage]]\nlayers=[{branches=[[{padding=0}],[]]}]\n" => [("merged maps differ in size: 7×7 and 9×9 positions", Some("bring one to the other's size: `{ op = \"upsample\", like = … …"), "[[{padding=0}],[]]")];
    "mergejump": "[[stage]]\nlayers=[{branches=[[{stride=2,padding=1}],[]]}]\n" => [("merged maps differ in resolution: 2×2 and 1×1 input positions per position", Some("bring one to the other's resolution: `{ op = \"upsample\", lik…"), "[[{stride=2,padding=1}],[]]")];
    "resjump": "[[stage]]\nlayers=[{stride=2,padding=1}]\nresidual=true\n" => [("merged maps differ in resolution: 2×2 and 1×1 input positions per position", Some("bring one to the other's resolution: `{ op = \"upsample\", lik…"), "true")];
    "fromjump": "[[stage]]\nname=\"a\"\nlayers=[{stride=2,padding=1}]\n[[stage]]\nname=\"b\"\nfrom=\"input\"\ndilations=[1]\n[[stage]]\nfrom=[\"a\",\"b\"]\ndilations=[1]\n" => [("merged maps differ in resolution: \"a\" has one position per 2×2 input positions, \"b\" one per 1×1", Some("a stage merges its maps before its first layer, so upsample in a separate stage before it: `from = \"a\"` with `{ op = \"upsample\", like = \"b\" }`"), "[\"a\",\"b\"]")];
    "fromjump_in": "[[stage]]\nlayers=[{stride=4,padding=1}]\n[[stage]]\nfrom=[\"input\",\"stage 1\"]\ndilations=[1]\n" => [("merged maps differ in resolution: \"input\" has one position per 1×1 input positions, \"stage 1\" one per 4×4", Some("a stage merges its maps before its first layer, so upsample in a separate stage before it: `from = \"stage 1\"` with `{ op = \"upsample\", like = \"input\" }`"), "[\"input\",\"stage 1\"]")];
    "fromjump_both": "[[stage]]\nname=\"a\"\nlayers=[{stride=[1,2],padding=1}]\n[[stage]]\nname=\"b\"\nfrom=\"input\"\nlayers=[{stride=[2,1],padding=1}]\n[[stage]]\nfrom=[\"a\",\"b\"]\ndilations=[1]\n" => [("merged maps differ in resolution: \"a\" has one position per 1×2 input positions, \"b\" one per 2×1", Some("a stage merges its maps before its first layer, so upsample in a separate stage before it"), "[\"a\",\"b\"]")];
    "upshrink": "input=[9,9]\n[[stage]]\nlayers=[{op=\"upsample\",size=[5,5]}]\n" => [("upsample cannot shrink a map from 9×9 to 5×5 positions", Some("use a strided convolution, a pool (`adaptive-avg-pool` t…"), "[5,5]")];
    "uplikecoarse": "[[stage]]\nname=\"a\"\nlayers=[{stride=2,padding=1}]\n[[stage]]\nfrom=\"input\"\nlayers=[{op=\"upsample\",like=\"a\"}]\n" => [("upsample cannot make a map coarser", Some("use a strided convolution or pool"), "\"a\"")];
    "outpad": "[[stage]]\nlayers=[{op=\"transposed\",kernel=4,stride=2,output_padding=2}]\n" => [("output_padding 2 must be smaller than the larger of stride and dilation (2)", Some("as in PyTorch: it only picks one of the output sizes…"), "2")];
    "cropbig": "input=[5,5]\n[[stage]]\nlayers=[{op=\"crop\",size=9}]\n" => [("the map shrinks below 1: it has 5 positions along y here, and the layer needs at least 9", Some("pad the layer, stride less before it, or give a larger input"), "{op=\"crop\",size=9}")];
    "field": "[[stage]]\ndilations=[16777216]\nkernel=4096\nrepeat=30\n" => [("the receptive field is past the limit of 1099511627776 input positions", None, "16777216")];
    "stridejump": "[[stage]]\nlayers=[{stride=4096,padding=1},{stride=4096,padding=1},{stride=4096,padding=1}]\n" => [("strides and upsampling factors multiply past the limit of 4294967296", None, "{stride=4096,padding=1}")];
    "phases": "[[stage]]\nlayers=[{op=\"upsample\",factor=4096},{op=\"upsample\",factor=2}]\n" => [("upsampling gives 8192 different output phases, past the limit of 4096", None, "{op=\"upsample\",factor=2}")];
    "upbig": "input=2147483647\n[[stage]]\nlayers=[{op=\"upsample\",factor=2}]\n" => [("a map of 4294967294 positions along an axis is past the limit of 2147483647", None, "{op=\"upsample\",factor=2}")];
};

const STRUCTURE: &[Case] = cases! {
    "both": "[[stage]]\ndilations=[1]\nlayers=[{}]\n" => [("a stage takes either `dilations` or `layers`, not both", Some("move the dilations into `layers`: `{ dilation = 2 }`"), "layers")];
    "q": "[[stage]]\ndilations=[1,\"?\"]\n" => [("this dilation is not decided yet", Some("put a number here, or let `degrid plan FILE` fill it in"), "\"?\"")];
    "nothing": "[[stage]]\nname=\"a\"\n" => [("a stage needs `dilations` or `layers`", Some("for example `dilations = [1, 2, 5]`"), "[[stage]]")];
    "dil0": "[[stage]]\ndilations=[]\n" => [("a stage needs at least one layer", Some("for example `dilations = [1, 2, 5]`"), "[]")];
    "lay0": "[[stage]]\nlayers=[]\n" => [("a stage needs at least one layer", Some("for example `dilations = [1, 2, 5]`"), "[]")];
    "branches0": "[[stage]]\nlayers=[{branches=[]}]\n" => [("a layer with branches needs at least one branch", Some("write `[]` inside the list for an identity branch"), "[]")];
    "branches_in_stage": "[[stage]]\nbranches = [[{}], []]\n" => [("unknown key `branches` in a stage", Some("`branches` belongs in `layers`, as `layers = [{ branches = [[…], […]] }]`"), "branches")];
    "branchesx": "[[stage]]\nlayers=[{branches=3}]\n" => [("expected a list, found a whole number", None, "3")];
    "branchkey": "[[stage]]\nlayers=[{branches=[[]],kernel=3}]\n" => [("`kernel` does not apply to a layer with branches", Some("keys of a layer with branches: name, branches, merge"), "kernel")];
    "align": "[[stage]]\nlayers=[{op=\"upsample\",factor=2,align_corners=true}]\n" => [("`align_corners` needs linear or cubic interpolation", Some("add `mode = \"linear\"`"), "true")];
    "otherop": "[[stage]]\nlayers=[{op=\"conv\",factor=2}]\n" => [("`factor` does not apply to conv", Some("keys of conv: op, name, kernel, stride, dilation, padding, c…"), "factor")];
    "gp": "[[stage]]\nlayers=[{op=\"global-pool\",kernel=3}]\n" => [("`kernel` does not apply to global-pool", Some("keys of global-pool: op, name, axes, channels"), "kernel")];
    "sizenoin": "[[stage]]\nlayers=[{op=\"upsample\",size=[9,9]}]\n" => [("`size` needs a known input size", Some("set `input = […]` at the top of the file, or use `factor` or `like`"), "[9,9]")];
    "cropnoin": "[[stage]]\nlayers=[{op=\"crop\",size=[9,9]}]\n" => [("`size` needs a known input size", Some("set `input = […]` at the top of the file, or use `like`"), "[9,9]")];
    "poolaxis": "[[stage]]\nlayers=[{op=\"global-pool\",axes=[\"y\",\"w\"]}]\n" => [("unknown axis \"w\"", Some("did you mean \"x\"?"), "\"w\"")];
    "poolheight": "[[stage]]\nlayers=[{op=\"global-pool\",axes=\"height\"}]\n" => [("unknown axis \"height\"", Some("did you mean \"y\"?"), "\"height\"")];
    "poolnoaxis": "[[stage]]\nlayers=[{op=\"global-pool\",axes=[]}]\n" => [("`axes` needs at least one axis", Some("leave out `axes` to pool over all of them"), "[]")];
    "adaptnone": "input=9\n[[stage]]\nlayers=[{op=\"adaptive-avg-pool\"}]\n" => [("adaptive-avg-pool needs `size`", Some("for example `size = 6`"), "{op=\"adaptive-avg-pool\"}")];
    "adaptnoin": "[[stage]]\nlayers=[{op=\"adaptive-max-pool\",size=[6,1]}]\n" => [("`size` needs a known input size", Some("set `input = […]` at the top of the file: how large its…"), "[6,1]")];
    "cropoff": "input=20\n[[stage]]\nlayers=[{op=\"crop\",offset=4,size=17}]\n" => [("a crop of 17 positions from position 4 on ends past the map, which has 20", Some("the offset is at most 3"), "4")];
    "cropoffbig": "input=20\n[[stage]]\nlayers=[{op=\"crop\",offset=[0,1],size=21}]\n" => [("a crop of 21 positions from position 0 on ends past the map, which has 20", Some("the map has no 21 positions to keep"), "0")];
    "cropofflike": "input=20\n[[stage]]\nlayers=[{op=\"crop\",offset=4,like=\"input\"}]\n" => [("`offset` needs `size`: `like` crops to the centre", Some("give the `size` to keep, or leave out `offset`"), "4")];
    "padnone": "[[stage]]\nlayers=[{op=\"pad\",mode=\"reflect\"}]\n" => [("pad needs `padding`", Some("for example `padding = 1`"), "{op=\"pad\",mode=\"reflect\"}")];
    "padlayerword": "[[stage]]\nlayers=[{op=\"pad\",padding=[1,\"same\"]}]\n" => [("the padding of a pad must be numbers", Some("a pad has no kernel: `padding = 1`, or `[[before, after…"), "\"same\"")];
    "padmode": "[[stage]]\nlayers=[{op=\"pad\",padding=1,mode=\"linear\"}]\n" => [("unknown mode \"linear\"", Some("known: \"zeros\", \"reflect\", \"replicate\", \"circular\""), "\"linear\"")];
    "padwide": "input=[9,4]\n[[stage]]\nlayers=[{op=\"pad\",padding=4,mode=\"reflect\"}]\n" => [("padding \"reflect\" takes at most 3 positions on a side along x here, not 4", None, "{op=\"pad\",padding=4,mode=\"reflect\"}")];
    "slicenone": "[[stage]]\nlayers=[{op=\"slice\",offset=1}]\n" => [("slice needs `stride`", Some("for example `stride = 2`; to keep a part of the map use…"), "{op=\"slice\",offset=1}")];
    "slicepast": "input=5\n[[stage]]\nlayers=[{op=\"slice\",offset=5,stride=2}]\n" => [("the map shrinks below 1: it has 5 positions along y here, and the layer needs at least 6", Some("pad the layer, stride less before it, or give a larger input"), "{op=\"slice\",offset=5,stride=2}")];
    "upbicubic": "[[stage]]\nlayers=[{op=\"upsample\",factor=2,mode=\"bicubic\"}]\n" => [("unknown mode \"bicubic\"", Some("did you mean \"cubic\"?"), "\"bicubic\"")];
    "opadaptive": "[[stage]]\nlayers=[{op=\"adaptive\",size=6}]\n" => [("unknown operation \"adaptive\"", Some("did you mean \"adaptive-avg-pool\"?"), "\"adaptive\"")];
    "opadaptive2d": "[[stage]]\nlayers=[{op=\"AdaptiveAvgPool2d\",size=6}]\n" => [("unknown operation \"AdaptiveAvgPool2d\"", Some("did you mean \"adaptive-avg-pool\"?"), "\"AdaptiveAvgPool2d\"")];
    "opunpool": "[[stage]]\nlayers=[{op=\"MaxUnpool2d\",kernel=2}]\n" => [("unknown operation \"MaxUnpool2d\"", Some("each position that it writes comes from one position of…"), "\"MaxUnpool2d\"")];
    "opconcat": "[[stage]]\nlayers=[{op=\"concat\"}]\n" => [("unknown operation \"concat\"", Some("several maps are merged by a layer with `branches`, as…"), "\"concat\"")];
    "opadd": "[[stage]]\nlayers=[{op=\"add\",from=\"a\"}]\n" => [("unknown operation \"add\"", Some("several maps are merged by a layer with `branches`, as…"), "\"add\""), ("unknown key `from` in a layer", Some("`from` belongs in the `[[stage]]` of the layer"), "from")];
    "inchannels": "[[stage]]\nlayers=[{in_channels=3}]\n" => [("unknown key `in_channels` in a layer", Some("leave out `in_channels`: the layer before tells how many…"), "in_channels")];
    "poolwide": "input=[20]\n[[stage]]\nname=\"a\"\nlayers=[{op=\"global-pool\"},{op=\"upsample\",factor=2}]\n[[stage]]\nfrom=[\"a\",\"input\"]\ndilations=[1]\n" => [("merged maps differ in size: 20 and 2 positions", Some("bring one to the other's size: `{ op = \"upsample\", like…"), "[\"a\",\"input\"]")];
    "pooltwo": "[[stage]]\nname=\"a\"\nlayers=[{op=\"global-pool\"},{op=\"upsample\",factor=60}]\n[[stage]]\nname=\"c\"\nfrom=\"input\"\nlayers=[{op=\"global-pool\"},{op=\"pixel-shuffle\",factor=64}]\n[[stage]]\nfrom=[\"c\",\"a\"]\ndilations=[1]\n" => [("merged maps differ in size: 64 and 60 positions", Some("bring one to the other's size: `{ op = \"upsample\", like…"), "[\"c\",\"a\"]")];
    "poolnever": "[[stage]]\nname=\"a\"\nlayers=[{op=\"global-pool\"},{op=\"upsample\",factor=3}]\n[[stage]]\nname=\"b\"\nfrom=\"input\"\nlayers=[{stride=2,padding=1},{op=\"transposed\",kernel=2,stride=2}]\n[[stage]]\nfrom=[\"a\",\"b\"]\ndilations=[1]\n" => [("merged maps differ in size for every input: along y one has 3 positions, behind a global pool, and the other 2 at the closest", Some("bring one to the other's size: `{ op = \"upsample\", like…"), "[\"a\",\"b\"]")];
    "poolonce": "[[stage]]\nname=\"a\"\nlayers=[{op=\"global-pool\"},{op=\"upsample\",factor=3}]\n[[stage]]\nfrom=[\"a\",\"input\"]\ndilations=[1]\n[[stage]]\nname=\"c\"\nfrom=\"input\"\nlayers=[{op=\"global-pool\"},{op=\"pixel-shuffle\",factor=5}]\n[[stage]]\nfrom=[\"c\",\"input\"]\ndilations=[1]\n" => [("merged maps differ in size for every input: along y one has 5 positions, behind a global pool, and the other 3 at the closest", Some("bring one to the other's size: `{ op = \"upsample\", like…"), "[\"c\",\"input\"]")];
    "poolshrink": "[[stage]]\nlayers=[{op=\"global-pool\"},{op=\"upsample\",factor=2},{kernel=5,padding=0}]\n" => [("the map shrinks below 1: it has 2 positions along y here, and the layer needs at least 5", Some("pad the layer, stride less before it, or give a larger input"), "{kernel=5,padding=0}")];
    "upnone": "[[stage]]\nlayers=[{op=\"upsample\"}]\n" => [("upsample needs one of `factor`, `size` and `like`", Some("for example `factor = 2`"), "{op=\"upsample\"}")];
    "uptwo": "[[stage]]\nlayers=[{op=\"upsample\",factor=2,size=4}]\n" => [("upsample takes only one of `factor`, `size` and `like`; two are given", Some("keep `factor` or `size`"), "size")];
    "upthree": "[[stage]]\nlayers=[{op=\"upsample\",like=\"input\",factor=2,size=4}]\n" => [("upsample takes only one of `factor`, `size` and `like`; three are given", Some("keep one of them"), "factor")];
    "croptwo": "[[stage]]\nlayers=[{op=\"crop\",size=4,like=\"input\"}]\n" => [("crop takes only one of `like` and `size`; two are given", Some("keep `size` or `like`"), "like")];
    "cropnone": "[[stage]]\nlayers=[{op=\"crop\"}]\n" => [("crop needs one of `like` and `size`", Some("for example `like = \"decoder\"`, a stage whose map is smaller"), "{op=\"crop\"}")];
    "shufnone": "[[stage]]\nlayers=[{op=\"pixel-shuffle\"}]\n" => [("pixel-shuffle needs `factor`", Some("for example `factor = 2`"), "{op=\"pixel-shuffle\"}")];
    "trsame": "[[stage]]\nlayers=[{op=\"transposed\",kernel=4,stride=2,padding=\"same\"}]\n" => [("the padding of a transposed convolution must be numbers", Some("here `padding` crops the output: `padding = 1`, or `…"), "\"same\"")];
    "poolsame": "[[stage]]\nlayers=[{op=\"max-pool\",kernel=2,padding=\"same\"}]\n" => [("padding \"same\" is not defined for a pool with stride 2", Some("write numbers: PyTorch has no strided \"same\" and TensorF…"), "\"same\"")];
    "ceilconv": "[[stage]]\nlayers=[{ceil_mode=true}]\n" => [("`ceil_mode` does not apply to conv", Some("keys of conv: op, name, kernel, stride, dilation, padding, c…"), "ceil_mode")];
    "residual": "[[stage]]\ndilations=[1]\nresidual=1\n" => [("expected true or false, found a whole number", None, "1")];
    "ceil": "[[stage]]\nlayers=[{op=\"max-pool\",kernel=2,ceil_mode=\"yes\"}]\n" => [("expected true or false, found a string", None, "\"yes\"")];
};

/// Faults that others could be taken to follow from: what does follow is not reported, what does not is.
const CASCADES: &[Case] = cases! {
    "dup3": "[[stage]]\nname=\"a\"\ndilations=[1]\n[[stage]]\nname=\"a\"\ndilations=[1]\n[[stage]]\nname=\"a\"\ndilations=[1]\n" => [("two stages are named \"a\"", Some("give each stage its own name"), "\"a\""), ("two stages are named \"a\"", Some("give each stage its own name"), "\"a\"")];
    "refbadname": "[[stage]]\nname=3\ndilations=[1]\n[[stage]]\nfrom=\"a\"\ndilations=[1]\n" => [("expected a string, found a whole number", None, "3")];
    "kernel_twice": "[[stage]]\nlayers=[{kernel=0,dilation=0,stride=0}]\n" => [("kernel must be at least 1, is 0", None, "0"), ("dilation must be at least 1, is 0", None, "0"), ("stride must be at least 1, is 0", None, "0")];
    "manykeys": "[[stage]]\ndilations=[1]\nfoo=1\nbar=2\n" => [("unknown key `foo` in a stage", Some("did you mean `from`?"), "foo"), ("unknown key `bar` in a stage", Some("known keys: name, from, kernel, stride, padding, dilations, …"), "bar")];
    "fromdupbad": "[[stage]]\nfrom=[\"x\",\"x\"]\ndilations=[1]\n" => [("unknown stage \"x\"", Some("known here: \"input\""), "\"x\""), ("unknown stage \"x\"", Some("known here: \"input\""), "\"x\"")];
    "cascade": "[[stage]]\nname=\"a\"\ndilations=[0]\n[[stage]]\nname=\"b\"\nfrom=\"a\"\nlayers=[{op=\"upsample\",like=\"a\"}]\n" => [("dilation must be at least 1, is 0", None, "0")];
    "cascade2": "input=9\n[[stage]]\nname=\"a\"\nlayers=[{kernel=0,stride=2}]\n[[stage]]\nname=\"b\"\nlayers=[{branches=[[{stride=2,padding=1}],[]]}]\n" => [("kernel must be at least 1, is 0", None, "0"), ("merged maps differ in resolution: 2×2 and 1×1 input positions per position", Some("bring one to the other's resolution: `{ op = \"upsample\", lik…"), "[[{stride=2,padding=1}],[]]")];
    "casc3": "input=0\n[[stage]]\nlayers=[{op=\"upsample\",size=3}]\n" => [("input must be at least 1, is 0", None, "0")];
    "casc4": "input=9\n[[stage]]\nname=\"a\"\nlayers=[{op=\"zzz\",stride=2}]\n[[stage]]\nname=\"b\"\nfrom=[\"a\",\"input\"]\ndilations=[1]\n" => [("unknown operation \"zzz\"", Some("known: \"conv\", \"max-pool\", \"avg-pool\", \"transposed\", \"upsamp…"), "\"zzz\"")];
    "casc5": "[[stage]]\ndilations=[1]\nfrom=\"zz\"\n[[stage]]\nlayers=[{stride=0}]\n" => [("unknown stage \"zz\"", Some("known here: \"input\""), "\"zz\""), ("stride must be at least 1, is 0", None, "0")];
    "casc6": "input=9\n[[stage]]\nname=\"a\"\nlayers=[{stride=0}]\n[[stage]]\nname=\"b\"\nfrom=\"input\"\nlayers=[{stride=2,padding=1}]\n[[stage]]\nfrom=[\"a\",\"b\"]\ndilations=[1]\n" => [("stride must be at least 1, is 0", None, "0")];
    "casc7": "input=4\n[[stage]]\nname=\"a\"\npadding=0\ndilations=[9]\n[[stage]]\ndilations=[9]\n[[stage]]\nlayers=[{op=\"upsample\",size=5}]\n" => [("the map shrinks below 1: it has 4 positions along y here, and the layer needs at least 19", Some("pad the layer, stride less before it, or give a larger input"), "9")];
    "casc9": "[[stage]]\nkernel=0\nlayers=[{op=\"max-pool\"},{op=\"transposed\"}]\n" => [("kernel must be at least 1, is 0", None, "0")];
    "casc8": "[[stage]]\nname=\"a\"\nkernel=0\nresidual=true\nlayers=[{stride=2,padding=0}]\n" => [("kernel must be at least 1, is 0", None, "0")];
    "rep_branch": "input=9\n[[stage]]\nlayers=[{branches=[[{padding=0}],[]]}]\nrepeat=3\n" => [("merged maps differ in size: 7×7 and 9×9 positions", Some("bring one to the other's size: `{ op = \"upsample\", like = … …"), "[[{padding=0}],[]]")];
    "shrink_rep": "input=[20,20]\n[[stage]]\npadding=0\ndilations=[1]\nrepeat=30\n" => [("the map shrinks below 1: it has 2 positions along y here, and the layer needs at least 3", Some("pad the layer, stride less before it, or give a larger input"), "1")];
    "strsame_d": "[[stage]]\nstride=2\ndilations=[1,2]\n" => [("a convolution with stride 2 needs explicit padding", Some("`padding = 1` is the common choice for this kernel"), "2")];
    "strsame_rep": "[[stage]]\nstride=2\ndilations=[1]\nrepeat=3\n" => [("a convolution with stride 2 needs explicit padding", Some("`padding = 1` is the common choice for this kernel"), "2")];
    "kern_missing_def": "[defaults]\nkernel=0\n[[stage]]\ndilations=[1]\n[[stage]]\ndilations=[2]\n" => [("kernel must be at least 1, is 0", None, "0")];
    "defpad": "[defaults]\npadding=\"same\"\nstride=2\n[[stage]]\ndilations=[1]\n[[stage]]\ndilations=[1]\n" => [("padding \"same\" is not defined for a convolution with stride 2", Some("write numbers: PyTorch has no strided \"same\" and TensorF…"), "\"same\"")];
    "likeempty": "input=9\n[[stage]]\nname=\"a\"\nlayers=[{op=\"crop\",like=\"a\"}]\n" => [("a stage cannot read itself", Some("known here: \"input\""), "\"a\"")];
    "pad_per_axis_same": "[[stage]]\nlayers=[{stride=2,padding=[\"same\",\"same\"]}]\n" => [("padding \"same\" is not defined for a convolution with stride 2", Some("write numbers: PyTorch has no strided \"same\" and TensorF…"), "\"same\"")];
    "padpair_neg": "[[stage]]\npadding=[[-1,-2],[0,0]]\ndilations=[1,2]\n" => [("padding must be at least 0, is -1", None, "-1"), ("padding must be at least 0, is -2", None, "-2")];
    "ch0": "[[stage]]\nlayers=[{channels=0}]\nrepeat=2\n" => [("channels must be at least 1, is 0", None, "0")];
};
